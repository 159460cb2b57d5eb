"""The trie of the phrases as arrays: what may follow what, and which phrases end where.

Phrases are sequences of *symbols* (see `mtag.phrases`); `mtag.phrasewalk` finds them in texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mtag.chunks import Flags, Ints
from mtag.wordtable import Rows

DETERMINER = 0
CONJUNCTION = 1
PREPOSITION = 2
"""Reserved symbols, known to the walk: words it may step over, join at, or join after."""


class KeyFilter(NamedTuple):
    """Tells cheaply of most keys that they are not in a set (Bloom 1970, with one hash)."""

    shift: int
    known: Flags

    @classmethod
    def of(cls, keys: Ints) -> KeyFilter:
        """Make the filter of a set of keys."""
        bits = min(32, (16 * len(keys)).bit_length())
        made = cls(32 - bits, np.zeros(1 << bits, np.bool_))
        made.known[made._slots(keys)] = True
        return made

    def likely(self, keys: Ints) -> Ints:
        """The places of the keys that may be in the set."""
        return self.known[self._slots(keys)].nonzero()[0]

    def _slots(self, keys: Ints) -> Ints:
        return (keys * 0x9E3779B1 & 0xFFFFFFFF) >> self.shift


class Trie(NamedTuple):
    """A trie of symbols.

    `keys` are sorted: a node times `width` plus a symbol that may follow; `symbols` are those, and
    `children` the nodes they lead to; `filter` tells cheaply of most keys that they are not there. So
    many `following` symbols a node has, from `first_following` on. `roots` gives for each symbol the
    node it begins (0 where it begins none). `gaps` are the gaps behind a node, numbers into
    `gap_widths` (in words) and `gap_nodes`.
    `entries` are the phrases that end at a node. With `needs_preposition`, a coordination that closes
    with the word after its conjunction must follow a preposition.
    """

    width: int
    keys: Ints
    children: Ints
    symbols: Ints
    filter: KeyFilter
    following: Ints
    first_following: Ints
    roots: Ints
    gaps: Rows
    gap_widths: Ints
    gap_nodes: Ints
    entries: Rows
    needs_preposition: bool

    @classmethod
    def build(cls, sequences: Sequence[tuple[int, tuple[int, ...]]], needs_preposition: bool) -> Trie:
        """Build the trie of phrases: (number of the entry, symbols), where a gap of n words is -n."""
        size = len(sequences)
        steps = Rows.of(symbols for _, symbols in sequences)
        width = int(steps.values.max(initial=PREPOSITION)) + 1
        least = int(steps.values.min(initial=0))
        at = np.zeros(size, np.int64)  # the node that each phrase has reached
        edges: list[Ints] = []
        nodes = 1
        for depth in range(int(steps.size.max(initial=0))):
            alive = np.flatnonzero(steps.size > depth)
            symbols = steps.values[steps.first[alive] + depth]
            keys, child = np.unique(at[alive] * (width - least) + symbols - least, return_inverse=True)
            edges.append(keys)
            at[alive] = nodes + child
            nodes += len(keys)
        key = np.concatenate(edges) if edges else np.zeros(0, np.int64)
        parent, symbol = np.divmod(key, width - least)
        symbol, child = symbol + least, np.arange(1, nodes)
        direct = symbol >= 0
        keys, children = (parent * width + symbol)[direct], child[direct]
        order = np.argsort(keys)
        roots = np.zeros(width, np.int64)
        opening = direct & (parent == 0)
        roots[symbol[opening]] = child[opening]
        following = np.bincount(parent[direct], minlength=nodes)
        gaps = np.flatnonzero(~direct)
        entry = np.fromiter((entry for entry, _ in sequences), np.int64, size)
        return cls(
            width=width,
            keys=keys[order],
            children=children[order],
            symbols=symbol[direct][order],
            filter=KeyFilter.of(keys),
            following=following,
            first_following=np.cumsum(following) - following,
            roots=roots,
            gaps=_grouped(parent[gaps], np.arange(len(gaps)), nodes),
            gap_widths=-symbol[gaps],
            gap_nodes=child[gaps],
            entries=_grouped(at, entry, nodes),
            needs_preposition=needs_preposition,
        )


def _grouped(owner: Ints, values: Ints, size: int) -> Rows:
    """Values as rows by their owner, in their order."""
    order = np.argsort(owner, kind="stable")
    count = np.bincount(owner, minlength=size)
    return Rows(np.cumsum(count) - count, count, values[order])
