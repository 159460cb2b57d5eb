"""The linear model: the features of words, and their weights. Training and tagging share this module."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag.document import Span
from mtag.model import TrainedModel
from mtag.synonyms import Synonyms
from mtag.tokens import bare

PREFIXES = (4, 7)
"""Letters of the beginnings of longer words, features beside the word: stems of sorts."""

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

    def numbers(self, names: Iterable[str]) -> list[int]:
        """The features, by number, that have weights."""
        return [self.vocabulary[name] for name in names if name in self.vocabulary]


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
