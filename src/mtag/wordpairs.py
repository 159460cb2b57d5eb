"""Pairs of words in a row that are features of the model, found for all words of a batch at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from mtag.arrays import Ints, int_array
from mtag.chunks import Vocabulary
from mtag.wordtable import WordMemory

_BITS = 16
"""Of the hashes by which most pairs that are no features are passed over."""

_FACTOR = 40_503
"""An odd number near 2**16 divided by the golden ratio (Knuth 1998, multiplicative hashing)."""


class WordPairs:
    """The pairs that are features, by the numbers of their heads (`mtag.linearmodel.head_of`)."""

    def __init__(self, names: Sequence[str], heads: Mapping[str, Callable[[str], str]]) -> None:
        """Lay out pairs.

        Args:
            names: the names of the pairs.
            heads: give, for each language, the head of a word as it stands in the text.
        """
        flat = " ".join(names).split()
        numbers = {name: number for number, name in enumerate(sorted(set(flat)))}
        self._heads = {code: WordMemory(partial(_number, numbers, head)) for code, head in heads.items()}
        self._size = len(numbers)
        first, second = int_array([*map(numbers.__getitem__, flat)]).reshape(-1, 2).T
        keys = first * self._size + second
        self._order = keys.argsort(kind="stable")
        self._keys = keys.take(self._order)
        self._maybe = np.zeros(1 << _BITS, np.bool_)
        self._maybe[_hashes(keys)] = True

    def find(self, language: str, vocabulary: Vocabulary, words: Ints, sentences: Ints) -> tuple[Ints, Ints]:
        """Find pairs of words within sentences.

        Args:
            language: that of the words.
            vocabulary: knows the words.
            words: their numbers, in order.
            sentences: the sentence of each.

        Returns:
            Where the second word of each pair stands in `words`, and the number of the pair.
        """
        first, size, values = self._heads[language].recall(vocabulary, words)
        has_head = size.take(words) > 0
        follows = has_head[1:] & has_head[:-1] & (sentences[1:] == sentences[:-1])
        second = follows.nonzero()[0] + 1
        heads = first.take(words)
        keys = values.take(heads.take(second - 1)) * self._size + values.take(heads.take(second))
        maybe = self._maybe.take(_hashes(keys)).nonzero()[0]
        second, keys = second.take(maybe), keys.take(maybe)
        places = self._keys.searchsorted(keys)
        found = (self._keys.take(places, mode="clip") == keys).nonzero()[0]
        return second.take(found), self._order.take(places.take(found))


def _number(numbers: Mapping[str, int], head: Callable[[str], str], word: str) -> tuple[int, ...]:
    """The number of the head of a word, where it is in a pair."""
    number = numbers.get(head(word))
    return () if number is None else (number,)


def _hashes(keys: Ints) -> Ints:
    hashes: Ints = (keys * _FACTOR >> 8) & (1 << _BITS) - 1
    return hashes
