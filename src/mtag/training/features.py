"""Labelled documents as the pipeline sees them, and what is to be learned of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from mtag.arrays import Flags, Ints
from mtag.chunks import read_chunks
from mtag.document import Segment, Sentence, SentenceMatches, SentenceTable
from mtag.linearmodel import BETWEEN, bigram_name, unit_of, word_features
from mtag.pipeline import phrase_tagging, reading
from mtag.preparation import prepare
from mtag.synonyms import Synonyms
from mtag.taxonomy import Taxonomy
from mtag.training.corpus import Example
from mtag.wordtable import read_words

_TOGETHER = 32
"""Documents that are read in one pass."""


class Prepared(NamedTuple):
    """A labelled document after the steps before model tagging.

    `rows` (of `Counts`), `evidence` and `segment` cover the same sentences, in order; `proofs` says for each
    the concepts it proves. `labels` and `optional` are closed under broader concepts.
    """

    example: Example
    segment: Segment
    rows: Ints
    evidence: tuple[SentenceMatches, ...]
    proofs: tuple[frozenset[str], ...]
    labels: frozenset[str]
    optional: frozenset[str]


class Counts(NamedTuple):
    """How often sentences, a row each, hold features, a column each.

    `names` are those of the features, sorted; bigrams come last.
    """

    names: tuple[str, ...]
    rows: csr_matrix


def prepare_corpus(
    examples: Sequence[Example], taxonomy: Taxonomy, synonyms: Synonyms
) -> tuple[list[Prepared], Counts]:
    """Read, clean and segment documents as tagging does; several items are joined to one.

    Documents without a sentence in their own language are left out.
    """
    prepared: list[Prepared] = []
    counting = _Counting(synonyms)
    for first in range(0, len(examples), _TOGETHER):
        for one in _prepare(examples[first : first + _TOGETHER], taxonomy, counting):
            if len(one.rows):
                prepared.append(one)
    return prepared, counting.counts()


def _prepare(examples: Sequence[Example], taxonomy: Taxonomy, counting: _Counting) -> Iterator[Prepared]:
    documents = [reading.read(example.full_text, "text") for example in examples]
    chunks = read_chunks([document.text for document in documents])
    cleaned = prepare(documents, chunks)
    sentences = [
        [s for segment in one.segments for s in segment.sentences if s.language == example.language]
        for example, one in zip(examples, cleaned, strict=True)
    ]
    words = read_words(
        chunks,
        [
            (number, own, one.cleaning.artefacts)
            for number, (own, one) in enumerate(zip(sentences, cleaned, strict=True))
        ],
    )
    languages = [sentence.language for own in sentences for sentence in own]
    found = phrase_tagging.find_proofs(words, languages, taxonomy.phrasebook).by_sentence()
    surfaces = words.surfaces
    bounds = words.sentence.searchsorted(np.arange(len(languages) + 1)).tolist()
    rows = [
        counting.add(surfaces[start:end], language)
        for (start, end), language in zip(pairwise(bounds), languages, strict=True)
    ]
    edges = np.cumsum([0, *map(len, sentences)]).tolist()
    for (first, last), example, document, own in zip(
        pairwise(edges), examples, documents, sentences, strict=True
    ):
        labels = taxonomy.close(example.labels)
        yield Prepared(
            example=example,
            segment=Segment(0, len(document.blocks), None, None, SentenceTable.of(own)),
            rows=np.array(rows[first:last], np.int64),
            evidence=found[first:last],
            proofs=tuple(_proofs(sentence, example) for sentence in own),
            labels=labels,
            optional=taxonomy.close(example.optional) - labels,
        )


def _proofs(sentence: Sentence, example: Example) -> frozenset[str]:
    spans = example.evidence.items()
    return frozenset(c for c, (start, end) in spans if start < sentence.end and sentence.start < end)


class _Counting:
    """Counts the words' features of sentences, and their bigrams."""

    def __init__(self, synonyms: Synonyms) -> None:
        self._synonyms = synonyms
        self._numbers: dict[str, int] = {}
        self._known: dict[tuple[str, str], tuple[str, list[int]]] = {}
        self._columns: list[int] = []
        self._ends = [0]

    def add(self, words: Sequence[str], language: str) -> int:
        """Count the words of a sentence; returns its row."""
        last = None
        for word in words:
            unit, columns = self._of(word, language)
            self._columns += columns
            if last is not None:
                self._columns.append(self._number(bigram_name(last, unit)))
            last = unit
        self._ends.append(len(self._columns))
        return len(self._ends) - 2

    def _of(self, word: str, language: str) -> tuple[str, list[int]]:
        found = self._known.get((word, language))
        if found is None:
            features = word_features(word, language, self._synonyms)
            found = unit_of(features), [*map(self._number, features)]
            self._known[word, language] = found
        return found

    def _number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers))

    def counts(self) -> Counts:
        """What was counted."""
        names = sorted(self._numbers, key=lambda name: (BETWEEN in name, name))
        places = np.empty(len(names), np.int32)
        places[[self._numbers[name] for name in names]] = np.arange(len(names))
        columns = places[np.array(self._columns, np.int64)]
        shape = len(self._ends) - 1, len(names)
        rows = csr_matrix((np.ones(len(columns)), columns, np.array(self._ends)), shape=shape)
        rows.sum_duplicates()
        return Counts(tuple(names), rows)


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
) -> tuple[Flags, Flags]:
    """What each sentence of documents proves, and where that is known.

    A sentence of a document that has the label, but is not its proof, may state it all the same: it
    is not known.
    """
    proves = np.array([[c in p for c in concepts] for d in documents for p in d.proofs], np.bool_)
    owner = np.repeat(np.arange(len(documents)), [len(d.rows) for d in documents])
    wanted, known = targets(documents, concepts, gate)
    proves = with_gate(proves.reshape(len(owner), len(concepts)), gate)
    proves = proves & wanted[owner]
    return proves, known[owner] & (proves | ~wanted[owner])


def with_gate(flags: Flags, gate: Flags) -> Flags:
    """Add a last column: whether any concept of the gate is set."""
    return np.column_stack((flags, flags[:, gate].any(axis=1)))
