"""The linear model of one language: features of words, tf-idf rows, scores with NumPy alone.

Weighting after Salton & Buckley (1988); the weights are those of logistic regressions, and scores are
what scikit-learn's `decision_function` gives. Training and tagging share this module.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag.document import Span
from mtag.model import TrainedModel
from mtag.tokens import fold, strip_accents

PREFIX = 6
"""Letters of the beginning of a longer word, a feature beside the word: a stem of sorts."""

_WINDOW, _STEP = 16, 8
"""Sentences of a window over a long item, and how far the next one begins behind it."""

_SHORT = 8
"""Sentences up to which an item is short."""

_LIMIT = 8.0
"""Scores beyond this say no more."""

_CHUNK_FEATURES = 4096
"""Features of sentences that are scored at once."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Words(NamedTuple):
    """The words of one sentence: their features (one or two each) and their spans in the text."""

    features: tuple[tuple[str, ...], ...]
    spans: tuple[Span, ...]


def word_features(surface: str) -> tuple[str, ...]:
    """The word, folded and without accents, and the beginning of a longer one; numbers are one word."""
    word = strip_accents(fold(surface))
    if word.isdigit():
        return ("#",)
    return (word, f"{word[:PREFIX]}-") if len(word) > PREFIX else (word,)


def windows(count: int) -> list[tuple[int, int]]:
    """The passages of an item of `count` sentences: all of it, and windows over a long one."""
    if count <= _WINDOW:
        return [(0, count)]
    starts = range(0, count - _WINDOW + _STEP, _STEP)
    return [(0, count), *((start, min(start + _WINDOW, count)) for start in starts)]


class Weights(NamedTuple):
    """The weights of one language.

    `passage` and `sentence` have a row for each feature and a column for each concept, and a last
    column for the gate; `*_bias` are the constants; `idf` is the inverse document frequency of each
    feature; `short` the lengths of the tf-idf vector under which a passage and a sentence are short:
    they are divided by it instead of their own length, so that one word cannot say everything.
    `fusion` weighs, for every concept, its passage and sentence score, those of the gate, and the
    length; `prior` is each concept's constant; `gate` weighs the gate's two scores and the length,
    its constant last.
    """

    vocabulary: dict[str, int]
    idf: Floats
    short: Floats
    passage: NDArray[np.float32]
    passage_bias: Floats
    sentence: NDArray[np.float32]
    sentence_bias: Floats
    fusion: Floats
    prior: Floats
    gate: Floats

    def score_passage(self, numbers: Ints) -> Floats:
        """The score of each concept in a passage, as scikit-learn's `decision_function` gives it.

        `numbers` are the features of its words that have weights, in any order.
        """
        columns, counts = np.unique(numbers, return_counts=True)
        values = (1 + np.log(counts)) * self.idf[columns]
        values /= max(float(np.sqrt(values @ values)), float(self.short[0]))
        return values @ self.passage[columns].astype(np.float64) + self.passage_bias

    def score_sentences(self, numbers: Ints, bounds: Sequence[int]) -> Floats:
        """The score of each concept in each sentence, a row a sentence.

        `numbers` are the features of their words that have weights, sentence by sentence, and
        `bounds` where those of each begin, and the end.
        """
        scores = np.empty((len(bounds) - 1, len(self.sentence_bias)))
        size, short = len(self.idf), float(self.short[1])
        first = 0
        while first < len(scores):  # arrays of one chunk stay in the cache
            last = max(first + 1, bisect(bounds, bounds[first] + _CHUNK_FEATURES) - 1)
            inside = numbers[bounds[first] : bounds[last]]
            owner = np.repeat(np.arange(last - first), np.diff(bounds[first : last + 1]))
            keys, counts = np.unique(owner * size + inside, return_counts=True)
            columns = keys % size
            cuts = np.searchsorted(keys, np.arange(last - first + 1) * size).tolist()
            values = (1 + np.log(counts)) * self.idf[columns]
            rows = self.sentence[columns].astype(np.float64)
            for place, (start, end) in enumerate(pairwise(cuts), start=first):
                own = values[start:end]
                scores[place] = (own / max(math.sqrt(own @ own), short)) @ rows[start:end]
            first = last
        return scores + self.sentence_bias

    def best_scores(self, words: Sequence[Words]) -> tuple[Floats, Floats]:
        """The best score of each concept over the passages, and the scores of each sentence (a row each)."""
        vocabulary = self.vocabulary
        known = [
            [vocabulary[name] for features in one.features for name in features if name in vocabulary]
            for one in words
        ]
        return self.score_known(known)

    def score_known(self, known: Sequence[Sequence[int]]) -> tuple[Floats, Floats]:
        """`best_scores` of sentences whose features are numbers already."""
        bounds = [0, *accumulate(map(len, known))]
        numbers = np.fromiter(chain.from_iterable(known), np.int64, bounds[-1])
        passages = [
            self.score_passage(numbers[bounds[first] : bounds[last]]) for first, last in windows(len(known))
        ]
        return np.max(passages, axis=0), self.score_sentences(numbers, bounds)

    def combine(self, passage: Floats, sentence: Floats, sentences: int) -> tuple[Floats, float]:
        """The log-odds of each concept, and of the gate, from the best scores among so many sentences."""
        passage, sentence, long = clip(passage), clip(sentence), length(sentences)
        of_gate = self.fusion[2] * passage[-1] + self.fusion[3] * sentence[-1] + self.fusion[4] * long
        odds = self.fusion[0] * passage[:-1] + self.fusion[1] * sentence[:-1] + self.prior + of_gate
        opens = self.gate[0] * passage[-1] + self.gate[1] * sentence[-1] + self.gate[2] * long
        return odds, float(opens + self.gate[3])


def length(sentences: int) -> float:
    """How long an item is, as the fusion has it: the best of many sentences is higher by chance alone."""
    return math.log(max(sentences, _SHORT) / _SHORT)


def clip(scores: Floats) -> Floats:
    """Hold scores within what they can say."""
    return np.clip(scores, -_LIMIT, _LIMIT)


def weights_of(model: TrainedModel, code: str) -> Weights:
    """Take the weights of one language out of a model folder; `KeyError` where a part is missing."""
    arrays = model.arrays
    names = bytes(arrays[f"{code}_vocabulary"]).decode().split("\n")
    return Weights(
        vocabulary={name: number for number, name in enumerate(names)},
        idf=arrays[f"{code}_idf"],
        short=arrays[f"{code}_short"],
        passage=arrays[f"{code}_passage"],
        passage_bias=arrays[f"{code}_passage_bias"],
        sentence=arrays[f"{code}_sentence"],
        sentence_bias=arrays[f"{code}_sentence_bias"],
        fusion=arrays[f"{code}_fusion"],
        prior=arrays[f"{code}_prior"],
        gate=arrays[f"{code}_gate"],
    )
