"""Model tagging: an item's words and trained weights make scores, and the words that carried them.

A linear model over folded words and the beginnings of longer words, shared by the languages
(tf-idf weighting after Salton & Buckley 1988, logistic regression). Two readings are
scored: *passages* (the whole item, and windows over a long one, so that a minor theme is not
drowned) and single *sentences*. A linear score is a sum over words, so the evidence is exact: the
words whose weights carried the sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from mtag.document import Candidate, ModelScores, Sentence, Span
from mtag.errors import ModelError
from mtag.furniture import STOP_WORDS
from mtag.linearmodel import Floats, Ints, Weights, stacking_of, weights_of, word_features
from mtag.model import TrainedModel
from mtag.tokens import TOKENIZER
from mtag.wordtable import WordMemory, WordTable, read_passages

KIND = "tagging"
"""The kind of the model folder."""

_MIN_SHARE = 0.25
"""Share of an item's words from which one of its languages is scored."""

_SENTENCES = 3
"""Sentences shown as evidence for one concept."""

_CARRIED = 0.8
"""Share of a sentence's positive score that the words shown as evidence carry together."""

_COMMONEST = frozenset(word for listed in STOP_WORDS.values() for word in listed.split())

_GAP = 5
"""Words of evidence with at most so many others between them make one span."""


class Classifier:
    """The trained weights of every language, ready to score."""

    def __init__(self, model: TrainedModel, taxonomy_digest: str) -> None:
        """Unpack a model.

        Raises:
            ModelError: the model was trained for another taxonomy or tokenizer, or lacks a part.
        """
        settings: dict[str, Any] = dict(model.settings)
        if settings.get("taxonomy") != taxonomy_digest:
            raise ModelError(
                "settings.taxonomy: the model was trained for another taxonomy;"
                " train it again with `mtag train`, or load no model"
            )
        if settings.get("tokenizer") != TOKENIZER:
            raise ModelError("settings.tokenizer: the model was trained with another tokenizer")
        try:
            self.concepts: tuple[str, ...] = tuple(settings["concepts"])
            self.weights = weights_of(model)
            self.languages = {code: stacking_of(model, code) for code in settings["languages"]}
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"the model lacks a part: {error}") from error
        shape = (len(self.weights.vocabulary), len(self.concepts) + 1)
        if self.weights.passage.shape != shape or self.weights.sentence.shape != shape:
            raise ModelError("the weights do not fit the vocabulary and the concepts")
        self._memory = WordMemory(partial(_known_features, self.weights.vocabulary))
        self.digest = model.digest

    def tag_item(
        self,
        text: str,
        sentences: Sequence[Sentence],
        artefacts: Sequence[Span] = (),
        least: float = 0.0,
    ) -> tuple[ModelScores, ...]:
        """Score an item in each of its languages that the model knows and that fills enough of it.

        There is evidence for concepts with log-odds of at least `least`.
        """
        words = read_passages([(text, sentences, artefacts)])
        return self.tag_words(words, [one.language for one in sentences], [0, len(sentences)], least)[0]

    def tag_words(
        self, words: WordTable, languages: Sequence[str], items: Sequence[int], least: float = 0.0
    ) -> list[tuple[ModelScores, ...]]:
        """`tag_item` for many items whose words have been read.

        Args:
            words: the words of the sentences of all items.
            languages: those of the sentences.
            items: the numbers of the sentences at which items begin, and the end.
            least: log-odds from which there is evidence.
        """
        count = len(items) - 1
        item_of = np.repeat(np.arange(count), np.diff(items))
        total = np.bincount(item_of[words.sentence], minlength=count)
        found: list[list[ModelScores]] = [[] for _ in range(count)]
        for code in self.languages:
            own = words.in_language(code, languages)
            size = np.bincount(item_of[own.sentence], minlength=count)
            chosen = (size > 0) & (size >= _MIN_SHARE * total)
            own = own.where(chosen[item_of[own.sentence]])
            if len(own.starts):
                self._score(code, own, item_of, found, least)
        return [tuple(one) for one in found]

    def _score(
        self,
        code: str,
        own: WordTable,
        item_of: Ints,
        found: list[list[ModelScores]],
        least: float,
    ) -> None:
        """Score the items that some words of one language are from, and add that to what is found of them."""
        weights = self.weights
        numbers, rows = self._memory.recall(own.surfaces)
        owner, features = rows.take(numbers)
        firsts = np.flatnonzero(np.diff(own.sentence, prepend=-1))
        bounds = np.searchsorted(owner, np.append(firsts, len(numbers)))
        item = item_of[own.sentence[firsts]]
        starts = np.flatnonzero(np.diff(item, prepend=-1))
        alone = weights.score_sentences(features, bounds)
        edges = np.append(starts, len(firsts)).tolist()
        passage = weights.score_passages(features, bounds, edges)
        best = np.maximum.reduceat(alone, starts, axis=0)
        odds, gates = self.languages[code].combine(passage, best, np.diff(edges).tolist())
        edge_of_words = np.append(firsts, len(numbers)).tolist()
        for row, (start, end) in enumerate(pairwise(edges)):
            reading = Reading(
                weights=weights,
                odds=odds[row],
                sentences=alone[start:end],
                words=own,
                word_bounds=edge_of_words[start : end + 1],
                owners=owner,
                features=features,
                feature_bounds=bounds[start : end + 1].tolist(),
            )
            found[int(item[start])].append(
                ModelScores(
                    code,
                    dict(zip(self.concepts, odds[row].tolist(), strict=True)),
                    float(gates[row]),
                    _Evidence(reading, self.concepts, least),
                )
            )


class Reading(NamedTuple):
    """An item scored in one language: log-odds of each concept, scores of its sentences (a row each).

    `words` are those of a batch, and `word_bounds` the words at which the sentences of the item begin,
    and the end; `features` are the features of all the words, `owners` the word of each, and
    `feature_bounds` the features at which the sentences begin, and the end.
    """

    weights: Weights
    odds: Floats
    sentences: Floats
    words: WordTable
    word_bounds: list[int]
    owners: Ints
    features: Ints
    feature_bounds: list[int]


def _known_features(vocabulary: Mapping[str, int], surface: str) -> tuple[int, ...]:
    return tuple(vocabulary[name] for name in word_features(surface) if name in vocabulary)


class _Evidence(Mapping[str, tuple[Candidate, ...]]):
    """The words that carried each concept, in its best sentences, the best first; gathered when asked for."""

    def __init__(self, reading: Reading, concepts: Sequence[str], least: float) -> None:
        self._reading = reading
        self._numbers = {
            concept: n
            for n, (concept, odds) in enumerate(zip(concepts, reading.odds.tolist(), strict=True))
            if odds >= least
        }

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __getitem__(self, concept: str) -> tuple[Candidate, ...]:
        reading, number = self._reading, self._numbers[concept]
        words = reading.words
        column = reading.sentences[:, number]
        best = np.argsort(-column, kind="stable")[:_SENTENCES]
        found: list[Candidate] = []
        for rank, place in enumerate(best.tolist()):
            if rank and column[place] < 0:
                break
            start, end = reading.word_bounds[place : place + 2]
            inside = slice(*reading.feature_bounds[place : place + 2])
            owner, features = reading.owners[inside] - start, reading.features[inside]
            plain = [word_features(surface)[0] for surface in words.surfaces[start:end]]
            for first, last, top in _carriers(owner, features, plain, reading.weights, number):
                phrase = plain[top]
                span = int(words.starts[start + first]), int(words.ends[start + last])
                found.append(Candidate(concept, *span, "model", phrase, "model"))
        return tuple(found)


def _carriers(
    owner: Ints, features: Ints, words: Sequence[str], weights: Weights, number: int
) -> list[tuple[int, int, int]]:
    """Runs of words that carry most of a sentence's score, in order: first, last, the heaviest word.

    `features` are those of the folded words, `owner` the word of each. The commonest words weigh
    something too, but tell a reader nothing: they are shown only between others, or alone.
    """
    each = weights.sentence[features, number].astype(np.float64) * weights.idf[features]
    worth: list[float] = np.bincount(owner, each, len(words)).tolist()
    order = sorted((n for n in range(len(worth)) if worth[n] > 0), key=lambda n: (-worth[n], n))
    order = [n for n in order if words[n] not in _COMMONEST] or order
    wanted = _CARRIED * sum(worth[n] for n in order)
    chosen: list[int] = []
    carried = 0.0
    for place in order:
        if carried >= wanted:
            break
        chosen.append(place)
        carried += worth[place]
    runs: list[list[int]] = []
    for place in sorted(chosen):
        if runs and place - runs[-1][-1] <= _GAP + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return [(run[0], run[-1], max(run, key=lambda n: (worth[n], -n))) for run in runs]
