"""Bigrams (two words in a row) that are features of the model, found for all words of a batch at once.

Unlike phrases they cross commas and full stops, and what is left out between two words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from mtag.arrays import Ints, int_array
from mtag.chunks import Vocabulary
from mtag.linearmodel import BETWEEN
from mtag.wordtable import WordMemory

_MASK = (1 << 17) - 1
"""The last bits of a bigram's number, by which most pairs of words that are none are passed over."""


class Bigrams:
    """The bigrams that are features, as numbers made of those of their units (`mtag.linearmodel.unit_of`)."""

    def __init__(self, names: Sequence[str], units: Mapping[str, Callable[[str], str]]) -> None:
        """Lay out bigrams.

        Args:
            names: their names.
            units: give, for each language, what a word as it stands in the text is in a bigram.
        """
        flat = BETWEEN.join(names).split(BETWEEN) if names else []
        numbers = {name: number for number, name in enumerate(sorted(set(flat)), 1)}
        self._units = {code: WordMemory(partial(_number, numbers, unit)) for code, unit in units.items()}
        self._size = len(numbers) + 1
        first, second = int_array([*map(numbers.__getitem__, flat)]).reshape(-1, 2).T
        keys = first * self._size + second
        self._order = keys.argsort(kind="stable")
        self._keys = keys.take(self._order)
        self._may_be = np.zeros(_MASK + 1, np.bool_)
        self._may_be[keys & _MASK] = True

    def find(self, language: str, vocabulary: Vocabulary, words: Ints, sentences: Ints) -> tuple[Ints, Ints]:
        """Find bigrams within sentences.

        Args:
            language: that of the words.
            vocabulary: knows the words.
            words: their numbers, in order.
            sentences: the sentence of each.

        Returns:
            Where the second word of each bigram stands in `words`, and the number of the bigram.
        """
        first, _, values = self._units[language].recall(vocabulary, words)
        units = values.take(first.take(words))
        keys = units[:-1] * self._size + units[1:]
        likely = self._may_be.take(keys & _MASK) & (sentences[1:] == sentences[:-1])
        second = likely.nonzero()[0]
        keys = keys.take(second)
        places = self._keys.searchsorted(keys)
        found = (self._keys.take(places, mode="clip") == keys).nonzero()[0]
        return second.take(found) + 1, self._order.take(places.take(found))


def _number(numbers: Mapping[str, int], unit: Callable[[str], str], word: str) -> tuple[int]:
    """The number of the unit of a word, 0 where it is in no bigram."""
    return (numbers.get(unit(word), 0),)
