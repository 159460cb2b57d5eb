"""Labelled documents as the pipeline sees them, and as rows of numbers to learn from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from mtag.arrays import Flags, Floats, Ints
from mtag.document import Segment, Sentence, SentenceMatches, Span
from mtag.linearmodel import Words, word_features
from mtag.pipeline import cleaning, language, phrase_tagging, reading, segmentation
from mtag.synonyms import Synonyms
from mtag.taxonomy import Taxonomy
from mtag.training.corpus import Example
from mtag.wordtable import read_passages

MIN_FAMILIES = 3
"""Families of documents that must hold a feature: fewer, and it is a name or a chance."""

MAX_FEATURES = 16_500
"""Features of all languages together; the commonest are kept."""

SHORT = 0.25
"""Share of the documents, and of the sentences, that count as short."""


class Prepared(NamedTuple):
    """A labelled document after the steps before model tagging.

    `words`, `evidence` and `segment` cover the same sentences, in order; `proofs` says for each the
    concepts it proves. `labels` and `optional` are closed under broader concepts.
    """

    example: Example
    segment: Segment
    words: tuple[Words, ...]
    evidence: tuple[SentenceMatches, ...]
    proofs: tuple[frozenset[str], ...]
    labels: frozenset[str]
    optional: frozenset[str]


def prepare(example: Example, taxonomy: Taxonomy, synonyms: Synonyms) -> Prepared:
    """Read, clean and segment a document as tagging does; several items are joined to one."""
    document = reading.read(example.full_text, "text")
    languages = language.detect_blocks(document.text, document.blocks)
    cleaned = cleaning.clean(document, languages)
    segments = segmentation.segment(document, cleaned.roles, languages, cleaned.artefacts)
    sentences = tuple(s for one in segments for s in one.sentences if s.language == example.language)
    found = phrase_tagging.tag_sentences(document.text, sentences, taxonomy.phrasebook, cleaned.artefacts)
    labels = taxonomy.close(example.labels)
    return Prepared(
        example=example,
        segment=Segment(0, len(document.blocks), None, None, sentences),
        words=_words(document.text, sentences, cleaned.artefacts, example.language, synonyms),
        evidence=found,
        proofs=tuple(_proofs(s, example) for s in sentences),
        labels=labels,
        optional=taxonomy.close(example.optional) - labels,
    )


def _words(
    text: str, sentences: Sequence[Sentence], artefacts: Sequence[Span], language: str, synonyms: Synonyms
) -> tuple[Words, ...]:
    """The features of the words of each sentence, all in one language, and where the words stand."""
    table = read_passages([(text, sentences, artefacts)])
    spans = [Span(*ends) for ends in zip(table.starts.tolist(), table.ends.tolist(), strict=True)]
    features = [word_features(surface, language, synonyms) for surface in table.surfaces]
    bounds = np.searchsorted(table.sentence, np.arange(len(sentences) + 1)).tolist()
    return tuple(Words(tuple(features[a:b]), tuple(spans[a:b])) for a, b in pairwise(bounds))


def _proofs(sentence: Sentence, example: Example) -> frozenset[str]:
    spans = example.evidence.items()
    return frozenset(c for c, (start, end) in spans if start < sentence.end and sentence.start < end)


class Vectors(NamedTuple):
    """Texts as rows of tf-idf values, and their lengths."""

    rows: csr_matrix
    lengths: Floats

    def usual_length(self) -> float:
        """The length under which a text is short: that of the lowest quarter (`SHORT`), at least one."""
        return max(1.0, round(float(np.quantile(self.lengths, SHORT)), 3))

    def divided(self, short: float) -> csr_matrix:
        """The rows divided by their lengths, but not by less than `short`; see `View`."""
        divisors = np.maximum(self.lengths, short).repeat(np.diff(self.rows.indptr))
        return csr_matrix((self.rows.data / divisors, self.rows.indices, self.rows.indptr), self.rows.shape)


class Vocabulary(NamedTuple):
    """The features, sorted, with their inverse document frequency."""

    names: tuple[str, ...]
    idf: Floats

    def vectors(self, texts: Sequence[Sequence[Words]], sublinear: bool = True) -> Vectors:
        """Each text (some sentences) as a row.

        Where counts are `sublinear`, a feature met `t` times weighs `1 + log t`; where not, it weighs `t`,
        and the length is that of so many different ones. See `mtag.linearscores`.
        """
        numbers = {name: number for number, name in enumerate(self.names)}
        starts, columns, values, lengths = [0], [], [], []
        for text in texts:
            found, times = _counts(text, numbers)
            idf = self.idf[found]
            values.append((1 + np.log(times) if sublinear else times) * idf)
            lengths.append(np.linalg.norm(values[-1]) if sublinear else np.sqrt(times @ idf**2))
            columns.append(found)
            starts.append(starts[-1] + len(found))
        data: Any = np.concatenate(values) if values else np.zeros(0)
        shape = len(texts), len(self.names)
        return Vectors(csr_matrix((data, np.concatenate(columns), starts), shape=shape), np.array(lengths))


def _counts(text: Sequence[Words], numbers: Mapping[str, int]) -> tuple[Ints, Floats]:
    counts: dict[int, int] = {}
    for words in text:
        for features in words.features:
            for feature in features:
                if feature in numbers:
                    counts[numbers[feature]] = counts.get(numbers[feature], 0) + 1
    columns = np.array(sorted(counts), np.int64)
    return columns, np.array([counts[n] for n in columns.tolist()], np.float64)


def learn_vocabulary(documents: Sequence[Prepared]) -> Vocabulary:
    """The features that enough families of documents hold, the commonest `MAX_FEATURES`."""
    holders: dict[str, set[str]] = {}
    for document in documents:
        seen = {name for words in document.words for features in words.features for name in features}
        for name in seen:
            holders.setdefault(name, set()).add(document.example.family)
    common = sorted((-len(found), name) for name, found in holders.items() if len(found) >= MIN_FAMILIES)
    names = tuple(sorted(name for _, name in common[:MAX_FEATURES]))
    total = len({document.example.family for document in documents})
    idf = np.array([math.log((1 + total) / (1 + len(holders[name]))) + 1 for name in names], np.float64)
    return Vocabulary(names, idf)


def targets(documents: Sequence[Prepared], concepts: Sequence[str], gate: Flags) -> tuple[Flags, Flags]:
    """What is wanted of each document (row) for each concept and, last, the gate; and what is learned from.

    Optional concepts are not learned from, nor are those that only a narrower one implies: how often
    that happens is a habit of the corpus, and tagging implies them anyway. Those of the gate facet
    are: they are what being on topic means.
    """
    wanted = np.array([[c in d.labels for c in concepts] for d in documents], np.bool_)
    of_gate = {c for c, inside in zip(concepts, gate.tolist(), strict=True) if inside}
    unsure = [d.optional | (d.labels - d.example.labels - of_gate) for d in documents]
    known = np.array([[c not in left for c in concepts] for left in unsure], np.bool_)
    return with_gate(wanted, gate), np.column_stack((known, np.ones(len(known), np.bool_)))


def sentence_targets(
    documents: Sequence[Prepared], concepts: Sequence[str], gate: Flags
) -> tuple[list[Words], Flags, Flags]:
    """The sentences of documents, what each proves, and where that is known.

    A sentence of a document that has the label, but is not its proof, may state it all the same: it
    is not known.
    """
    words = [words for d in documents for words in d.words]
    proves = np.array([[c in p for c in concepts] for d in documents for p in d.proofs], np.bool_)
    owner = np.repeat(np.arange(len(documents)), [len(d.words) for d in documents])
    wanted, known = targets(documents, concepts, gate)
    proves = with_gate(proves.reshape(len(words), len(concepts)), gate)
    proves = proves & wanted[owner]
    return words, proves, known[owner] & (proves | ~wanted[owner])


def with_gate(flags: Flags, gate: Flags) -> Flags:
    """Add a last column: whether any concept of the gate is set."""
    return np.column_stack((flags, flags[:, gate].any(axis=1)))
