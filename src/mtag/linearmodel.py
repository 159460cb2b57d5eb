"""The linear model: features of words, tf-idf rows, scores with NumPy alone.

Weighting after Salton & Buckley (1988); the weights are those of logistic regressions, and scores are
what scikit-learn's `decision_function` gives. Training and tagging share this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag.arrays import begins, spread
from mtag.document import Span
from mtag.model import TrainedModel
from mtag.synonyms import Synonyms
from mtag.tokens import bare

PREFIXES = (4, 7)
"""Letters of the beginnings of longer words, features beside the word: stems of sorts."""

_WINDOW, _STEP = 16, 8
"""Sentences of a window over a long item, and how far the next one begins behind it."""

_CHUNK_VALUES = 1 << 17
"""Products of features and weights that are made at once: they stay in the cache."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Words(NamedTuple):
    """The words of one sentence: their features and their spans in the text."""

    features: tuple[tuple[str, ...], ...]
    spans: tuple[Span, ...]


def word_features(surface: str, language: str, synonyms: Synonyms) -> tuple[str, ...]:
    """The bare word, the beginnings of a longer one, its groups of synonyms; numbers are one word."""
    word = bare(surface)
    if word.isdigit():
        return ("#",)
    beginnings = (f"{word[:size]}-" for size in PREFIXES if len(word) > size)
    return (word, *beginnings, *[f"@{group}" for group in synonyms.of(word, language)])


def windows(count: int) -> list[tuple[int, int]]:
    """The passages of an item of `count` sentences: all of it, and windows over a long one."""
    if count <= _WINDOW:
        return [(0, count)]
    starts = range(0, count - _WINDOW + _STEP, _STEP)
    return [(0, count), *((start, min(start + _WINDOW, count)) for start in starts)]


class Weights(NamedTuple):
    """The weights of words, shared by the languages: many words of one begin as in the other.

    `passage` and `sentence` have a row for each feature and a column for each concept, and a last
    column for the gate; `*_bias` are the constants; `idf` is the inverse document frequency of each
    feature; `short` the lengths of the tf-idf vector under which a passage and a sentence are short:
    they are divided by it instead of their own length, so that one word cannot say everything.
    """

    vocabulary: dict[str, int]
    idf: Floats
    short: Floats
    passage: NDArray[np.float32]
    passage_bias: Floats
    sentence: NDArray[np.float32]
    sentence_bias: Floats

    def score_sentences(self, numbers: Ints, bounds: Ints) -> Floats:
        """The score of each concept in each sentence, a row a sentence.

        `numbers` are the features of their words that have weights, sentence by sentence, and
        `bounds` where those of each begin, and the end.
        """
        scores = self._score(numbers, bounds[:-1], np.diff(bounds), self.sentence, float(self.short[1]))
        return scores + self.sentence_bias

    def score_passages(self, numbers: Ints, bounds: Ints, items: Sequence[int]) -> Floats:
        """The best score of each concept over the passages of each item, a row an item.

        `items` are the numbers of the sentences at which items begin, and the end; `numbers` and
        `bounds` as for `score_sentences`. A passage scores as scikit-learn's `decision_function` has it.
        """
        spans: list[tuple[int, int]] = []
        firsts: list[int] = []
        for start, stop in pairwise(items):
            firsts.append(len(spans))
            spans += [(start + first, start + last) for first, last in windows(stop - start)]
        begin, end = bounds[np.array(spans).T]
        scores = self._score(numbers, begin, end - begin, self.passage, float(self.short[0]))
        best: Floats = np.maximum.reduceat(scores, firsts, axis=0)
        return best + self.passage_bias

    def _score(
        self, numbers: Ints, begin: Ints, size: Ints, table: NDArray[np.float32], short: float
    ) -> Floats:
        """Tf-idf rows of runs of features times a table of weights; in chunks that stay in the cache."""
        scores = np.zeros((len(begin), table.shape[1]))
        width = len(self.idf)
        ends = np.cumsum(size)
        room = _CHUNK_VALUES // table.shape[1]
        first = done = 0
        while first < len(begin):
            last = max(first + 1, int(np.searchsorted(ends, done + room, "right")))
            owner, inside = spread(begin[first:last], size[first:last])
            keys, times = np.unique(owner * width + numbers[inside], return_counts=True)
            owner, columns = np.divmod(keys, width)
            cuts = np.flatnonzero(begins(owner))
            values = (1 + np.log(times)) * self.idf[columns]
            norm = np.maximum(np.sqrt(np.add.reduceat(values * values, cuts)), short) if len(cuts) else values
            products = values[:, None] * table.take(columns, axis=0)
            if len(cuts):
                scores[first + owner[cuts]] = np.add.reduceat(products, cuts, axis=0) / norm[:, None]
            first, done = last, int(ends[last - 1])
        return scores

    def best_scores(self, words: Sequence[Words]) -> tuple[Floats, Floats]:
        """The best score of each concept over the passages, and the scores of each sentence (a row each)."""
        vocabulary = self.vocabulary
        known = [
            [vocabulary[name] for features in one.features for name in features if name in vocabulary]
            for one in words
        ]
        bounds = np.array([*accumulate(map(len, known), initial=0)])
        numbers = np.fromiter(chain.from_iterable(known), np.int64, int(bounds[-1]))
        passage = self.score_passages(numbers, bounds, [0, len(known)])[0]
        return passage, self.score_sentences(numbers, bounds)


def weights_of(model: TrainedModel) -> Weights:
    """Take the weights out of a model folder; `KeyError` where a part is missing."""
    arrays = model.arrays
    names = bytes(arrays["vocabulary"]).decode().split("\n")
    return Weights(
        vocabulary={name: number for number, name in enumerate(names)},
        idf=arrays["idf"],
        short=arrays["short"],
        passage=arrays["passage"],
        passage_bias=arrays["passage_bias"],
        sentence=arrays["sentence"],
        sentence_bias=arrays["sentence_bias"],
    )
