"""The linear model: the features of words, and their weights. Training and tagging share this module."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag.arrays import Floats
from mtag.model import TrainedModel
from mtag.synonyms import Synonyms
from mtag.tokens import bare

PREFIXES = (4, 7)
"""Letters of the beginnings of longer words, features beside the word: stems of sorts."""

BETWEEN = "\t"
"""Stands between the two units of a bigram in its name, and in no folded word (some hold a space)."""


def word_features(surface: str, language: str, synonyms: Synonyms) -> tuple[str, ...]:
    """The bare word, the beginnings of a longer one, its groups of synonyms; numbers are one word."""
    word = bare(surface)
    if word.isdigit():
        return ("#",)
    beginnings = (f"{word[:size]}-" for size in PREFIXES if len(word) > size)
    return (word, *beginnings, *[f"@{group}" for group in synonyms.of(word, language)])


def unit_of(features: Sequence[str]) -> str:
    """What a word is in a bigram: its first group of synonyms, or the word itself."""
    return next((name for name in features if name.startswith("@")), features[0])


def bigram_name(first: str, second: str) -> str:
    """The name of the feature of two words in a row, by their units."""
    return f"{first}{BETWEEN}{second}"


def first_bigram(names: Sequence[str]) -> int:
    """The place of the first name of a bigram, behind those of single words; none has more than two units."""
    return len(names) - "".join(names).count(BETWEEN)


class View(NamedTuple):
    """The classifiers of texts of one size: sentences, vicinities (a sentence and those beside it), passages.

    `coefficients` have a row for each feature and a column for each concept, and a last one for the gate:
    what it weighs, its inverse document frequency included, in units of `scale`, one for each column. `bias`
    are the constants; `short` is the length of the tf-idf vector under which a text is short: it is divided
    by that instead of its own length, so that one word cannot say everything.
    """

    coefficients: NDArray[np.int16]
    scale: Floats
    bias: Floats
    short: Floats

    def scores(self, sums: NDArray[Any], lengths: Floats) -> Floats:
        """The scores of texts, a row each, from the sums of their coefficients and their lengths."""
        found: Floats = sums / np.maximum(lengths, self.short)[:, None] * self.scale + self.bias
        return found


class Weights(NamedTuple):
    """The weights of words, shared by the languages: many words of one begin as in the other.

    The features from `first_bigram` on are bigrams; `idf` is the inverse document frequency of each.
    """

    vocabulary: dict[str, int]
    first_bigram: int
    idf: Floats
    sentence: View
    vicinity: View
    passage: View

    @property
    def views(self) -> tuple[View, View, View]:
        """All three."""
        return self.sentence, self.vicinity, self.passage

    @property
    def width(self) -> int:
        """The number of concepts, and one for the gate."""
        return len(self.sentence.scale)

    @property
    def bigrams(self) -> list[str]:
        """The names of the bigrams."""
        return [*self.vocabulary][self.first_bigram :]

    def numbers(self, names: Iterable[str]) -> list[int]:
        """The features, by number, that have weights."""
        return [self.vocabulary[name] for name in names if name in self.vocabulary]

    def fits(self, concepts: int) -> bool:
        """Whether all parts belong to the vocabulary and so many concepts."""
        features, columns = len(self.vocabulary), concepts + 1
        shape = (features, columns), (columns,), (columns,), (1,)
        found = [tuple(part.shape for part in view) for view in self.views]
        are_two = {name.count(BETWEEN) for name in self.bigrams} <= {1}
        return are_two and self.idf.shape == (features,) and found == [shape] * len(found)


_VIEWS = ("sentence", "vicinity", "passage")


def arrays_of(weights: Weights) -> dict[str, NDArray[Any]]:
    """The arrays of a model folder that hold weights."""
    views = {name: getattr(weights, name)._asdict() for name in _VIEWS}
    return {
        "vocabulary": np.frombuffer("\n".join(weights.vocabulary).encode(), np.uint8),
        "idf": weights.idf,
        **{f"{name}_{part}": array for name, view in views.items() for part, array in view.items()},
    }


def weights_of(model: TrainedModel) -> Weights:
    """Take the weights out of a model folder; `KeyError` where a part is missing."""
    arrays = model.arrays
    names = bytes(arrays["vocabulary"]).decode().split("\n")
    views = (View(*(arrays[f"{name}_{part}"] for part in View._fields)) for name in _VIEWS)
    vocabulary = dict(zip(names, range(len(names)), strict=True))
    return Weights(vocabulary, first_bigram(names), arrays["idf"], *views)
