"""The walk over the trie of the phrases, which finds all phrases of a batch at once.

All the ways to go on from all the words are
followed together, a word further at each step, so that NumPy does what the text would else do word by
word. Between two words of a phrase the text may hold determiners, a gap where the phrase has one, or
a coordination ("sexual *and labour* exploitation"). All of these are short and bounded, so time is
linear in the text and hardly depends on the number of phrases.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mtag.chunks import Flags, Ints
from mtag.phrasetrie import CONJUNCTION, DETERMINER, PREPOSITION, KeyFilter, Trie
from mtag.wordtable import Rows, WordTable, begins, spread

_MAX_DETERMINERS = 2

# Words a coordination may hold between two words of a phrase, by how it stands there.
_AFTER_CONJUNCTION = 2  # sexual *and labour* exploitation
_AFTER_COMMA = 4  # sexual*, labour and criminal* exploitation
_BEFORE_CONJUNCTION = 3  # exploitation *sexuelle et* par le travail

_FARTHEST = _AFTER_COMMA + _MAX_DETERMINERS + 1
"""How far on the next word of a phrase without a gap may stand, over a coordination."""

_MAX_STATES = 1000
"""Ways to go on from one word before the rest is given up; real text needs about fifty."""

_CHUNK_WORDS = 8192
"""Words walked at once: arrays of this size stay in the cache."""


class Matches(NamedTuple):
    """Phrases found, an array each: the entry, its first and last word, whether a coordination is inside.

    They are in the order of their first words, then of their last words and entries.
    """

    entry: Ints
    first: Ints
    last: Ints
    coordinated: Flags


_NO_WORDS = np.zeros(0, np.int64)
_NO_GAP = np.zeros(1, np.int64)
_NONE = Matches(_NO_WORDS, _NO_WORDS, _NO_WORDS, np.zeros(0, np.bool_))


def find(trie: Trie, words: WordTable, symbols: Rows) -> Matches:
    """Find every phrase, overlapping ones too.

    Args:
        trie: the phrases.
        words: the words of the sentences.
        symbols: the symbols of words, by their numbers.
    """
    parts = [
        _NONE,
        *(_Walk(trie, words, symbols, *bounds).run() for bounds in _chunks(words.sentence)),
    ]
    return Matches(
        entry=np.concatenate([part.entry for part in parts]),
        first=np.concatenate([part.first for part in parts]),
        last=np.concatenate([part.last for part in parts]),
        coordinated=np.concatenate([part.coordinated for part in parts]),
    )


def _are_in(keys: Ints, table: Ints) -> Flags:
    """Which keys are in a sorted table."""
    return np.asarray(table.take(table.searchsorted(keys), mode="clip") == keys) if len(table) else keys < 0


def _chunks(sentence: Ints) -> list[tuple[int, int]]:
    """Words to walk together: whole sentences."""
    chunks, first = [], 0
    while first < len(sentence):
        last = min(first + _CHUNK_WORDS, len(sentence))
        if last < len(sentence):  # back to the end of a sentence, or on to the end of a very long one
            last = int(np.searchsorted(sentence, sentence[last]))
            if last <= first:
                last = int(np.searchsorted(sentence, sentence[first], "right"))
        chunks.append((first, last))
        first = last
    return chunks


class _Walk:
    """The walk over some words: states are a node, the words at which a phrase began and now stands."""

    def __init__(self, trie: Trie, words: WordTable, symbols: Rows, first: int, last: int) -> None:
        self.trie = trie
        self.offset = first
        chosen = words.numbers[first:last]
        owner, values = symbols.take(chosen)
        self.owner, self.symbols = owner, values
        self.keys = owner * trie.width + values
        self.filter = KeyFilter.of(self.keys)
        self.count = symbols.size[chosen]
        self.first = np.cumsum(self.count) - self.count
        size = self.size = last - first
        self.comma = words.comma[first:last]
        sentence = words.sentence[first:last]
        breaks = np.flatnonzero(words.hard[first:last] | begins(sentence))
        upcoming = np.searchsorted(breaks, np.arange(size), "right")
        self.stop = np.append(breaks, size)[upcoming]
        """The next word that no phrase reaches from here."""
        self.clause = upcoming
        self.in_clause = KeyFilter.of(upcoming[owner] * trie.width + values)
        """The symbols of all words up to there."""
        self.determiner, self.conjunction, self.preposition = (
            np.bincount(owner[values == symbol], minlength=size) > 0
            for symbol in (DETERMINER, CONJUNCTION, PREPOSITION)
        )
        self.determiners, self.conjunctions, self.commas = (
            np.concatenate(([0], np.cumsum(part))) for part in (self.determiner, self.conjunction, self.comma)
        )
        self.plain = self._plain_ways()

    def _plain_ways(self) -> list[Flags]:
        """For each word whether the next one of a phrase may stand a word on, two on, and so forth.

        What is stepped over are determiners; no comma stands between.
        """
        ways = []
        open_way = np.ones(self.size, np.bool_)
        for step in range(1, _MAX_DETERMINERS + 2):
            place = np.arange(step, self.size + step)
            inside = np.minimum(place, self.size - 1)
            if step > 1:
                open_way = open_way & self.determiner[np.minimum(place - 1, self.size - 1)]
            open_way = open_way & (place < self.stop) & ~self.comma[inside]
            ways.append(open_way)
        return ways

    def run(self) -> Matches:
        trie = self.trie
        node = trie.roots[self.symbols]
        begin = last = self.owner[node > 0]
        node = node[node > 0]
        coordinated = np.zeros(len(begin), np.bool_)
        states = np.zeros(self.size, np.int64)
        found = []
        while len(begin):
            ends = trie.entries.size[node].nonzero()[0]
            owner, entry = trie.entries.take(node[ends])
            which = ends[owner]
            found.append((entry, begin[which], last[which], coordinated[which]))
            on = ((trie.following[node] > 0) | (trie.gaps.size[node] > 0)).nonzero()[0]
            if not len(on):
                break
            begin, node, last, coordinated = self._advance(begin[on], node[on], last[on], coordinated[on])
            states += np.bincount(begin, minlength=self.size)
            if (many := states[begin] > _MAX_STATES).any():
                few = ~many
                begin, node, last, coordinated = begin[few], node[few], last[few], coordinated[few]
        if not found:
            return _NONE
        entry, first, end, inside = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((inside, entry, end, first))
        return Matches(entry[order], first[order] + self.offset, end[order] + self.offset, inside[order])

    def _advance(
        self, begin: Ints, node: Ints, last: Ints, coordinated: Flags
    ) -> tuple[Ints, Ints, Ints, Flags]:
        """The states one word of their phrase further."""
        trie = self.trie
        on = trie.following[node].nonzero()[0]
        owner, over = trie.gaps.take(node)
        found = [self._next(last[on], node[on], on)]
        if len(owner):
            found.append(self._over_gaps(last[owner], trie.gap_nodes[over], trie.gap_widths[over], owner))
        origin, child, place, joined = (np.concatenate(parts) for parts in zip(*found, strict=True))
        joined |= coordinated[origin]
        states = ((begin[origin] * len(trie.following) + child) * self.size + place) * 2 + joined
        _, fresh = np.unique(states, return_index=True)
        return begin[origin[fresh]], child[fresh], place[fresh], joined[fresh]

    def _next(self, here: Ints, parent: Ints, origin: Ints) -> tuple[Ints, Ints, Ints, Flags]:
        """Without a gap: from which states, to which nodes, at which words, whether over a coordination."""
        ahead = self.conjunctions[np.minimum(here + _FARTHEST, self.size)]
        coordinates = ahead > self.conjunctions[np.minimum(here + 1, self.size)]
        states = (~coordinates).nonzero()[0]
        parts = []
        for step, open_way in enumerate(self.plain, start=1):
            states = states[open_way[here[states]]]
            parts.append((states, here[states] + step, np.zeros(len(states), np.bool_)))
        states = coordinates.nonzero()[0]
        if len(states):
            allowed, stepped = self._admits(here[states], _NO_GAP, np.arange(1, _FARTHEST + 1)[:, None])
            over, which = allowed.nonzero()
            parts.append((states[which], here[states[which]] + over + 1, stepped[over, which]))
        source, place, joined = (np.concatenate(part) for part in zip(*parts, strict=True))
        which, child = self._children(parent[source], place)
        return origin[source[which]], child, place[which], joined[which]

    def _over_gaps(self, here: Ints, parent: Ints, gap: Ints, origin: Ints) -> tuple[Ints, Ints, Ints, Flags]:
        """The same over gaps: few words in reach go on with a phrase, so the way there is looked at last."""
        going = self._go_on(here, parent)
        if not len(going):
            return going, going, going, going > 0
        here, parent, gap, origin = here[going], parent[going], gap[going], origin[going]
        reach = np.minimum(np.maximum(gap, _AFTER_COMMA) + _MAX_DETERMINERS + 1, self.stop[here] - here - 1)
        source, step = spread(1, reach)
        which, child = self._children(parent[source], here[source] + step)
        if not len(which):
            return which, which, which, which > 0
        source, step = source[which], step[which]
        allowed, stepped = self._admits(here[source], gap[source], step)
        source, step = source[allowed], step[allowed]
        return origin[source], child[allowed], here[source] + step, stepped[allowed]

    def _go_on(self, here: Ints, parent: Ints) -> Ints:
        """The states whose clause holds a word, anywhere, that may follow theirs."""
        trie = self.trie
        owner, edge = spread(trie.first_following[parent], trie.following[parent])
        likely = self.in_clause.likely(self.clause[here[owner]] * trie.width + trie.symbols[edge])
        found = owner[likely]  # in order, so that the same ones stand together
        return found[begins(found)]

    def _children(self, parent: Ints, place: Ints) -> tuple[Ints, Ints]:
        """The nodes that the words at these places lead to: from which of the parents, to which node."""
        trie = self.trie
        # Of two sets the smaller is gone through: what may follow the parent, or what the word may be.
        fewer = trie.following[parent] <= self.count[place]
        if fewer.all():
            return self._through_following(parent, place, np.arange(len(parent)))
        found = [
            self._through_following(parent, place, fewer.nonzero()[0]),
            self._through_symbols(parent, place, (~fewer).nonzero()[0]),
        ]
        which, child = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return which, child

    def _through_following(self, parent: Ints, place: Ints, pairs: Ints) -> tuple[Ints, Ints]:
        trie = self.trie
        owner, edge = spread(trie.first_following[parent[pairs]], trie.following[parent[pairs]])
        which = pairs[owner]
        key = place[which] * trie.width + trie.symbols[edge]
        likely = self.filter.likely(key)
        which, edge, key = which[likely], edge[likely], key[likely]
        exact = _are_in(key, self.keys)
        return which[exact], trie.children[edge[exact]]

    def _through_symbols(self, parent: Ints, place: Ints, pairs: Ints) -> tuple[Ints, Ints]:
        trie = self.trie
        owner, number = spread(self.first[place[pairs]], self.count[place[pairs]])
        which = pairs[owner]
        key = parent[which] * trie.width + self.symbols[number]
        likely = trie.filter.likely(key)
        which, key = which[likely], key[likely]
        exact = _are_in(key, trie.keys)
        return which[exact], trie.children[trie.keys.searchsorted(key[exact])]

    def _admits(self, last: Ints, gap: Ints, step: Ints) -> tuple[Flags, Flags]:
        """Whether the next word of a phrase may stand so many words on, and with a coordination between."""
        after, place = last + 1, np.minimum(last + step, self.size - 1)
        next_word = np.minimum(after, self.size - 1)
        skipped = step - 1
        determiners = np.minimum(self.determiners[place] - self.determiners[next_word], _MAX_DETERMINERS)
        over = skipped - determiners
        room = (last + step < self.stop[last]) & (over <= np.maximum(gap, _AFTER_COMMA))
        comma = self.commas[place + 1] > self.commas[next_word]
        plain = room & (over <= gap) & ((gap > 0) | ~comma)
        conjoined = self.conjunctions[place] > self.conjunctions[next_word]
        limit = np.where(
            self.comma[next_word],
            _AFTER_COMMA,
            np.where(self.conjunction[next_word], _AFTER_CONJUNCTION, 0),
        )
        may_close = self.preposition[last] | (not self.trie.needs_preposition)
        closes = may_close & conjoined & self.conjunction[place - 1] & (over <= _BEFORE_CONJUNCTION)
        joins = (
            room & ~plain & (over > 0) & ~self.conjunction[place] & ((conjoined & (over <= limit)) | closes)
        )
        return plain | joins, joins
