"""The trie of the phrases as arrays: what may follow what, and which phrases end where.

Phrases are sequences of *symbols* (see `mtag.phrases`); `mtag.phrasewalk` finds them in texts.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np

from mtag.arrays import Hashes, Ints
from mtag.wordtable import Rows

Bits: TypeAlias = Hashes

DETERMINER = 0
CONJUNCTION = 1
PREPOSITION = 2
"""Reserved symbols, known to the walk: words it may step over, join at, or join after."""

MAX_DETERMINERS = 2
"""Determiners between two words of a phrase that do not count."""

LONGEST_COORDINATION = 4
"""Words that a coordination may hold between two words of a phrase."""

WIDEST_GAP = 9
"""Words that a gap of a phrase may hold."""


class Trie(NamedTuple):
    """A trie of symbols.

    A *way* leads on from a node, over a gap of `gap` words or none (`skips` is 1 or 0). The ways of a
    node are numbers: `ways[node]` of them, from `first_way[node]` on. The next word is at most `reach`
    words on, and has one of so many `following` symbols, from `first_following` on in `symbols` and
    `children`, the nodes they lead to. `signature` holds the `bits` of those symbols: a word that has
    none of these does not go on.
    `roots` gives for each symbol the node it begins (0 where it begins none); `entries` are the phrases
    that end at a node.
    """

    ways: Ints
    first_way: Ints
    gap: Ints
    skips: Ints
    reach: Ints
    signature: Bits
    following: Ints
    first_following: Ints
    symbols: Ints
    children: Ints
    bits: Bits
    roots: Ints
    entries: Rows

    @property
    def width(self) -> int:
        """How many symbols there are."""
        return len(self.roots)

    @classmethod
    def build(cls, steps: Rows, entry: Ints, kin: Ints) -> Trie:
        """Build the trie of phrases.

        Args:
            steps: the symbols of each phrase; a gap of n words is -n.
            entry: the entry of each phrase.
            kin: for each symbol a number; symbols that a word often has together should have the same.
        """
        width = len(kin)
        least = int(steps.values.min(initial=0))
        at = np.zeros(len(entry), np.int64)  # the node that each phrase has reached
        edges = [np.zeros(0, np.int64)]
        nodes = 1
        for depth in range(int(steps.size.max(initial=0))):
            alive = np.flatnonzero(steps.size > depth)
            symbols = steps.values[steps.first[alive] + depth]
            keys, child = np.unique(at[alive] * (width - least) + symbols - least, return_inverse=True)
            edges.append(keys)
            at[alive] = nodes + child
            nodes += len(keys)
        parent, symbol = np.divmod(np.concatenate(edges), width - least)
        symbol, child = symbol + least, np.arange(1, nodes)

        opens, skips = (symbol >= 0) & (parent == 0), symbol < 0
        roots = np.zeros(width, np.int64)
        roots[symbol[opens]] = child[opens]
        owner, gap = np.arange(nodes), np.zeros(nodes, np.int64)
        owner[child[skips]], gap[child[skips]] = parent[skips], -symbol[skips]

        inner = ~(opens | skips)
        parent, symbol, child = parent[inner], symbol[inner], child[inner]
        begins_way = np.flatnonzero(np.bincount(parent, minlength=nodes))
        begins_way = begins_way[np.argsort(owner[begins_way], kind="stable")]
        number = np.zeros(nodes, np.int64)
        number[begins_way] = np.arange(len(begins_way))
        order = np.argsort(number[parent] * width + symbol)
        ways = np.bincount(owner[begins_way], minlength=nodes)
        following = np.bincount(number[parent], minlength=len(begins_way))
        first_following = np.cumsum(following) - following
        bits = np.zeros(width, np.uint64)
        bits[symbol] = np.uint64(1) << (kin[symbol] % 64).astype(np.uint64)
        return cls(
            ways=ways,
            first_way=np.cumsum(ways) - ways,
            gap=gap[begins_way],
            skips=(gap[begins_way] > 0).astype(np.int64),
            reach=np.maximum(gap[begins_way], LONGEST_COORDINATION) + MAX_DETERMINERS + 1,
            signature=np.bitwise_or.reduceat(bits[symbol[order]], first_following),
            following=following,
            first_following=first_following,
            symbols=symbol[order],
            children=child[order],
            bits=bits,
            roots=roots,
            entries=_grouped(at, entry, nodes),
        )


def _grouped(owner: Ints, values: Ints, size: int) -> Rows:
    """Values as rows by their owner, in their order."""
    order = np.argsort(owner, kind="stable")
    count = np.bincount(owner, minlength=size)
    return Rows(np.cumsum(count) - count, count, values[order])
