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

    From each node edges lead on, from a node `origin` to a node `child`, to words with a `symbol` after a gap
    of at most `gap` words or none; `reach` is, by node, how many words on such a word is at most. `leading`
    are the edges from each node, `wanting` those to each symbol. `root` gives for each symbol the node it
    begins (0 where it begins none), and `opening` for such a node its symbol (-1 for others). `entries` are
    the phrases that end at a node. `bits` are those of symbols in signatures; a symbol that follows no
    other has none. `ahead` are, by node, those of the symbols that its edges lead to.
    """

    origin: Ints
    gap: Ints
    symbol: Ints
    child: Ints
    reach: Ints
    leading: Rows
    wanting: Rows
    root: Ints
    opening: Ints
    entries: Rows
    bits: Bits
    ahead: Bits

    @classmethod
    def build(cls, steps: Rows, entry: Ints, kin: Ints) -> Trie:
        """Build the trie of phrases.

        Args:
            steps: the symbols of each phrase; a gap of n words is -n.
            entry: the entry of each phrase.
            kin: for each symbol a number; symbols that a word often has together should have the same.
        """
        parent, symbol, at = _nodes(steps)
        width, nodes = len(kin), len(parent) + 1
        child = np.arange(1, nodes)
        opens, skips = (symbol >= 0) & (parent == 0), symbol < 0
        root, opening = np.zeros(width, np.int64), np.full(nodes, -1)
        root[symbol[opens]], opening[child[opens]] = child[opens], symbol[opens]
        owner, gap = np.arange(nodes), np.zeros(nodes, np.int64)
        owner[child[skips]], gap[child[skips]] = parent[skips], -symbol[skips]
        inner = (~(opens | skips)).nonzero()[0]
        gap, origin, symbol, child = gap[parent[inner]], owner[parent[inner]], symbol[inner], child[inner]
        reach = np.zeros(nodes, np.int64)
        np.maximum.at(reach, origin, np.maximum(gap, LONGEST_COORDINATION) + MAX_DETERMINERS + 1)
        bits = np.zeros(width, np.uint64)
        bits[symbol] = np.uint64(1) << (kin[symbol] % 64).astype(np.uint64)
        ahead = np.zeros(nodes, np.uint64)
        np.bitwise_or.at(ahead, origin, bits[symbol])
        edges = np.arange(len(inner))
        return cls(
            origin=origin,
            gap=gap,
            symbol=symbol,
            child=child,
            reach=reach,
            leading=_grouped(origin, edges, nodes),
            wanting=_grouped(symbol, edges, width),
            root=root,
            opening=opening,
            entries=_grouped(at, entry, nodes),
            bits=bits,
            ahead=ahead,
        )


def _nodes(steps: Rows) -> tuple[Ints, Ints, Ints]:
    """The nodes of phrases: the parent and step of each but the first, and the node each phrase ends at."""
    least = int(steps.values.min(initial=0))
    width = int(steps.values.max(initial=0)) + 1 - least
    at = np.zeros(len(steps.size), np.int64)  # the node that each phrase has reached
    levels = [np.zeros(0, np.int64)]
    nodes = 1
    for depth in range(int(steps.size.max(initial=0))):
        alive = np.flatnonzero(steps.size > depth)
        symbols = steps.values[steps.first[alive] + depth]
        keys, child = np.unique(at[alive] * width + symbols - least, return_inverse=True)
        levels.append(keys)
        at[alive] = nodes + child
        nodes += len(keys)
    parent, symbol = np.divmod(np.concatenate(levels), width)
    return parent, symbol + least, at


def _grouped(owner: Ints, values: Ints, size: int) -> Rows:
    """Values as rows by their owner, in their order."""
    order = np.argsort(owner, kind="stable")
    count = np.bincount(owner, minlength=size)
    return Rows(np.cumsum(count) - count, count, values[order])
