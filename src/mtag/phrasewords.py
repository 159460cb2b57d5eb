"""What the walk over the phrases asks of words, for each class of words that was met.

Words with the same symbols are of one class: there are far fewer classes than words, and no more than the
phrases tell apart.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mtag.arrays import Flags, Ints, spread
from mtag.phrasetrie import Bits, Trie
from mtag.wordtable import Rows

A_DETERMINER, A_CONJUNCTION, A_COMMA, MAY_CLOSE = 1, 1 << 5, 1 << 10, 1 << 15
"""Marks of words, each in a field of its own: a sum over a few words counts each mark apart."""

DETERMINERS, CONJUNCTIONS, COMMAS = (0x1F * mark for mark in (A_DETERMINER, A_CONJUNCTION, A_COMMA))
"""The fields."""


class KeyFilter(NamedTuple):
    """Tells cheaply of most keys that they are not in a set (Bloom 1970, with one hash: the lowest bits)."""

    mask: int
    known: Flags

    @classmethod
    def of(cls, keys: Ints) -> KeyFilter:
        """Make the filter of a set of keys, with room for as many again."""
        size = 1 << max(12, (32 * len(keys)).bit_length())
        made = cls(size - 1, np.zeros(size, np.bool_))
        made.known[keys & made.mask] = True
        return made

    def with_more(self, keys: Ints, known: Ints) -> KeyFilter:
        """The filter with some keys more; `known` are all."""
        if 16 * len(known) > len(self.known):
            return KeyFilter.of(known)
        self.known[keys & self.mask] = True
        return self

    def likely(self, keys: Ints) -> Ints:
        """The places of the keys that may be in the set."""
        return self.known.take(keys & self.mask).nonzero()[0]


class WordClasses(NamedTuple):
    """Classes of words, by number.

    `marks` tells of determiners, conjunctions and words after which a coordination may close;
    `signature` holds the bits of the symbols. A word of a class opens the ways `openings`, and is by
    itself the phrases `singles`. `keys` are sorted: class times `width` plus symbol, of all symbols that
    can follow another; `filter` tells cheaply of most keys that they are not there.
    """

    width: int
    marks: Ints
    signature: Bits
    openings: Rows
    opens: Bits
    singles: Rows
    keys: Ints
    filter: KeyFilter

    @classmethod
    def none(cls, trie: Trie) -> WordClasses:
        """No class but the first, 0: words that phrases do not know."""
        nothing = np.zeros(0, np.int64)
        empty = Rows(np.zeros(1, np.int64), np.zeros(1, np.int64), nothing)
        return cls(
            width=trie.width | 1,  # odd, for the filter takes the lowest bits
            marks=np.zeros(1, np.int64),
            signature=np.zeros(1, np.uint64),
            openings=empty,
            opens=np.zeros(1, np.uint64),
            singles=empty,
            keys=nothing,
            filter=KeyFilter.of(nothing),
        )

    def hold(self, numbers: Ints, symbol: Ints) -> Ints:
        """The places at which the class of that number has the symbol."""
        keys = numbers * self.width + symbol
        likely = self.filter.likely(keys)
        keys = keys[likely]
        if not len(keys):
            return likely
        found: Ints = likely[self.keys.take(self.keys.searchsorted(keys), mode="clip") == keys]
        return found

    def joined_by(self, trie: Trie, marks: Ints, symbols: Rows) -> WordClasses:
        """These classes and more: their marks, and their symbols as rows."""
        count = len(marks)
        owner = np.arange(count).repeat(symbols.size)
        bits = trie.bits[symbols.values]
        signature = np.zeros(count, np.uint64)
        np.bitwise_or.at(signature, owner, bits)
        nodes = trie.roots[symbols.values]
        opening, way = spread(trie.first_way[nodes], trie.ways[nodes])
        ending, entry = trie.entries.take(nodes)
        opens = np.zeros(count, np.uint64)
        np.bitwise_or.at(opens, owner[opening], trie.signature[way])
        inner = bits > 0
        keys = (owner[inner] + len(self.marks)) * self.width + symbols.values[inner]
        known = np.concatenate((self.keys, keys))
        return WordClasses(
            width=self.width,
            marks=np.concatenate((self.marks, marks)),
            signature=np.concatenate((self.signature, signature)),
            opens=np.concatenate((self.opens, opens)),
            openings=_more(self.openings, owner[opening], way, count),
            singles=_more(self.singles, owner[ending], entry, count),
            keys=known,
            filter=self.filter.with_more(keys, known),
        )


def _more(rows: Rows, owner: Ints, values: Ints, count: int) -> Rows:
    """Rows, and so many more behind them; `owner` are the numbers of the values' rows among the new ones."""
    size = np.bincount(owner, minlength=count)
    return Rows.end_to_end((rows, Rows(size, size, values)))
