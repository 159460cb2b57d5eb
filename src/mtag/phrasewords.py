"""What the walk over the phrases asks of words, for each class of words that was met.

Words with the same symbols are of one class: there are far fewer classes than words, and no more than the
phrases tell apart.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag.arrays import Flags, Ints, begins, lengths, spread
from mtag.phrasetrie import Bits, Trie
from mtag.wordtable import Rows

A_DETERMINER, A_CONJUNCTION, A_COMMA, MAY_CLOSE, A_WORD = (1 << 5 * field for field in range(5))
"""Marks of words, each in a field of its own: a sum over a few words counts each mark apart."""

DETERMINERS, CONJUNCTIONS, COMMAS = (0x1F * mark for mark in (A_DETERMINER, A_CONJUNCTION, A_COMMA))
"""The fields."""

WORDS = A_WORD.bit_length() - 1
"""Where the last field begins, the number of words."""

A_BREAK = 64 * A_WORD
"""Where every phrase ends: as if there were too many words between."""

_STRIDE = 0x9E3779B1
"""More than there are classes; odd, for the filter takes the lowest bits of a key."""


class _Table(NamedTuple):
    """Keys with an edge each, by slot: the lowest bits of the key.

    `known` tells which slots are in use, `row` the row of each, `first` and `size` the entries of each row
    in `keys` and `edges`; `used` are how many rows and entries there are. A row, once written, stays as it
    is, for others may read it: a slot that gets more entries gets a new row.
    """

    known: Flags
    row: NDArray[np.int32]
    first: Ints
    size: Ints
    keys: Ints
    edges: Ints
    used: Ints

    @classmethod
    def with_room(cls, entries: int) -> _Table:
        """An empty one, with room for so many entries."""
        slots = 1 << (4 * entries).bit_length()
        first, size, keys, edges = np.zeros((4, entries + 1), np.int64)
        known, row = np.zeros(slots, np.bool_), np.zeros(slots, np.int32)
        return cls(known, row, first, size, keys, edges, used=np.array([1, 0]))

    def slots(self, keys: Ints) -> Ints:
        """The slots of keys."""
        slots: Ints = keys & (len(self.known) - 1)
        return slots

    def entries(self, slots: Ints) -> tuple[Ints, Ints]:
        """The entries of slots: the place of the slot for each, and its number."""
        row = self.row.take(slots)
        return spread(self.first.take(row), self.size.take(row))

    def write(self, keys: Ints, edges: Ints) -> None:
        """Write all the entries of some slots."""
        order = np.lexsort((edges, keys, self.slots(keys)))
        keys, edges = keys[order], edges[order]
        new = begins(keys) | begins(edges)  # an interrupt may have come when they were half written
        keys, edges = keys[new], edges[new]
        slots = self.slots(keys)
        first = begins(slots).nonzero()[0]
        slots, (row, begin) = slots[first], self.used.tolist()
        end, rows = begin + len(keys), np.arange(row, row + len(first))
        self.used[:] = row + len(first), end
        self.keys[begin:end], self.edges[begin:end] = keys, edges
        self.first[rows], self.size[rows] = begin + first, lengths(first, len(keys))
        self.row[slots] = rows
        self.known[slots] = True


class Following:
    """Which words go on with phrases: from an origin (a number) to a class, by an edge of the trie."""

    def __init__(self, room: int = 4096) -> None:
        """Nothing follows; there is room for so many entries, and more is made."""
        self._table = _Table.with_room(room)

    def find(self, origins: Ints, classes: Ints) -> tuple[Ints, Ints]:
        """The edges from origins to words of classes: the place of each in the arguments, and its number."""
        table = self._table
        keys = origins * _STRIDE
        keys += classes
        slots = table.slots(keys)
        likely = table.known.take(slots).nonzero()[0]
        which, entry = table.entries(slots.take(likely))
        which = likely.take(which)
        right = (table.keys.take(entry) == keys.take(which)).nonzero()[0]
        return which.take(right), table.edges.take(entry.take(right))

    def add(self, origins: Ints, classes: Ints, edges: Ints) -> None:
        """Add what follows, while others may read."""
        old = table = self._table
        keys = origins * _STRIDE + classes
        slots = np.sort(old.slots(keys))
        _, others = old.entries(slots[begins(slots)])  # `np.unique` would load masked arrays
        if old.used[1] + len(keys) + len(others) >= len(old.keys):
            _, others = old.entries(old.known.nonzero()[0])
            table = _Table.with_room(2 * (len(keys) + len(others)))
        table.write(np.concatenate((old.keys[others], keys)), np.concatenate((old.edges[others], edges)))
        self._table = table


class WordClasses(NamedTuple):
    """Classes of words, by number.

    `marks` tells of determiners, conjunctions and words after which a coordination may close; `signature`
    holds the bits of the symbols. The second words of phrases that begin with a word of a class have one of
    the bits of `opens`, those behind a gap one of `leaps`. Which words go on exactly, `following` tells. Its
    origins are the nodes of the trie, by number, and from the number `nodes` on the classes of first words:
    all the nodes in one that such a word begins. `ends` are the phrases that end at an origin. `holders` are
    the classes that have a symbol, as sorted numbers: `_STRIDE` times the symbol plus the class.
    """

    nodes: int
    marks: Ints
    signature: Bits
    opens: Bits
    leaps: Bits
    following: Following
    ends: Rows
    holders: Ints

    @classmethod
    def none(cls, trie: Trie) -> WordClasses:
        """No class but the first, 0: words that phrases do not know."""
        nothing, no_bits = np.zeros(0, np.int64), np.zeros(0, np.uint64)
        nodes, following = len(trie.reach), Following(4 * len(trie.gap))  # a symbol has about three classes
        nobody = cls(nodes, nothing, no_bits, no_bits, no_bits, following, trie.entries, nothing)
        return nobody.joined_by(trie, np.array([A_WORD]), Rows.of([()]))

    def joined_by(self, trie: Trie, marks: Ints, symbols: Rows) -> WordClasses:
        """These classes and more: their marks, and their symbols as rows."""
        count = len(marks)
        signature, opens, leaps = np.zeros((3, count), np.uint64)
        owner, symbol = np.arange(count).repeat(symbols.size), symbols.values
        np.bitwise_or.at(signature, owner, trie.bits[symbol])
        root = trie.root[symbol]
        which, edge = trie.leading.take(root)
        opener, bits = owner[which], trie.bits[trie.symbol[edge]]
        np.bitwise_or.at(opens, opener, bits)
        leap = trie.gap[edge] > 0
        np.bitwise_or.at(leaps, opener[leap], bits[leap])
        which, entry = trie.entries.take(root)
        size = np.bincount(owner[which], minlength=count)
        first = size.cumsum() - size + len(self.ends.values)
        ends = zip(self.ends, (first, size, entry), strict=True)
        number, opener = owner + len(self.marks), opener + len(self.marks)
        holders = np.concatenate((self.holders, symbol * _STRIDE + number))
        holders.sort(kind="stable")
        self._follow(trie, holders, (number, symbol), (opener, edge))
        return WordClasses(
            nodes=self.nodes,
            marks=np.concatenate((self.marks, marks)),
            signature=np.concatenate((self.signature, signature)),
            opens=np.concatenate((self.opens, opens)),
            leaps=np.concatenate((self.leaps, leaps)),
            following=self.following,
            ends=Rows._make(map(np.concatenate, ends)),
            holders=holders,
        )

    def _follow(
        self, trie: Trie, holders: Ints, having: tuple[Ints, Ints], opening: tuple[Ints, Ints]
    ) -> None:
        """Add what follows with some classes more: `having` symbols, `opening` edges; a pair for each."""
        which, edge = trie.wanting.take(having[1])
        number, origin = having[0][which], trie.origin[edge]
        symbol = trie.opening[origin]
        inner, first = (symbol < 0).nonzero()[0], (symbol >= 0).nonzero()[0]
        which, before = _held(holders, symbol[first])
        first = first[which]
        which, behind = _held(self.holders, trie.symbol[opening[1]])
        origins = (origin[inner], before + self.nodes, opening[0][which] + self.nodes)
        numbers = (number[inner], number[first], behind)
        edges = (edge[inner], edge[first], opening[1][which])
        self.following.add(*map(np.concatenate, (origins, numbers, edges)))


def _held(holders: Ints, symbols: Ints) -> tuple[Ints, Ints]:
    """The classes that have symbols: the place of the symbol for each, and the class."""
    first, end = holders.searchsorted(symbols * _STRIDE), holders.searchsorted((symbols + 1) * _STRIDE)
    which, place = spread(first, end - first)
    return which, holders[place] - symbols[which] * _STRIDE
