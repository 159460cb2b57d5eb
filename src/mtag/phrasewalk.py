"""The walk over the trie of the phrases, which finds all phrases of a batch at once.

All the ways to go on from all the words are followed together, a word further at each step, so that
NumPy does what the text would else do word by word. Between two words of a phrase the text may hold
determiners, a gap where the phrase has one, or a coordination ("sexual *and labour* exploitation"). All
of these are short and bounded, so time is linear in the text and hardly depends on the number of phrases.

Most words lead nowhere, and signatures tell: the bits of what may follow a word, against those of the words
in its reach. What is left is looked up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mtag.arrays import Flags, Ints, begins, spread
from mtag.phrasetrie import LONGEST_COORDINATION, MAX_DETERMINERS, WIDEST_GAP, Bits, Trie
from mtag.phrasewords import (
    A_BREAK,
    A_COMMA,
    COMMAS,
    CONJUNCTIONS,
    DETERMINERS,
    MAY_CLOSE,
    WORDS,
    WordClasses,
)
from mtag.wordtable import WordTable

# Words a coordination may hold between two words of a phrase, by how it stands there.
_AFTER_CONJUNCTION = 2  # sexual *and labour* exploitation
_AFTER_COMMA = LONGEST_COORDINATION  # sexual*, labour and criminal* exploitation
_BEFORE_CONJUNCTION = 3  # exploitation *sexuelle et* par le travail

_NEAR = MAX_DETERMINERS + 1
"""How far on the next word of a phrase may stand, where it has no gap and the text no coordination."""

_FURTHEST = WIDEST_GAP + _NEAR
"""The same at all."""

_COORDINATED = LONGEST_COORDINATION + MAX_DETERMINERS
"""How far on the conjunction of a coordination may stand."""

_MAX_STATES = 1000
"""Ways to go on from one word before the rest is given up; real text needs about fifty."""

_PORTION_WORDS = 32_768
"""Words walked at once, at the end of a sentence: a limit to the memory that is needed."""


class Matches(NamedTuple):
    """Phrases found, an array each: the entry, its first and last word, whether a coordination is inside."""

    entry: Ints
    first: Ints
    last: Ints
    coordinated: Flags

    def take(self, chosen: Ints) -> Matches:
        """The matches at these places."""
        return Matches(self.entry[chosen], self.first[chosen], self.last[chosen], self.coordinated[chosen])


class _States(NamedTuple):
    """Where phrases stand: the node of the trie, the first word, the last one so far, as in `Matches`."""

    node: Ints
    first: Ints
    last: Ints
    coordinated: Flags

    def take(self, chosen: Ints) -> _States:
        return _States(self.node[chosen], self.first[chosen], self.last[chosen], self.coordinated[chosen])


def find(trie: Trie, words: WordTable, numbers: Ints, classes: WordClasses) -> Matches:
    """Find every phrase, overlapping ones too, in no particular order.

    Args:
        trie: the phrases.
        words: the words of the sentences.
        numbers: the class of each word.
        classes: classes of words.
    """
    found = [_Walk(trie, words, numbers, classes, *bounds).run() for bounds in _portions(words.sentence)]
    return found[0] if len(found) == 1 else Matches._make(map(np.concatenate, zip(*found, strict=True)))


def _portions(sentence: Ints) -> list[tuple[int, int]]:
    """Words to walk together, from the first up to the last (not included): whole sentences."""
    first, portions = 0, list[tuple[int, int]]()
    while first < len(sentence) or not portions:
        last = min(first + _PORTION_WORDS, len(sentence))
        if last < len(sentence):  # back to the end of a sentence, or on to the end of a very long one
            last = int(np.searchsorted(sentence, sentence[last]))
            if last <= first:
                last = int(np.searchsorted(sentence, sentence[first], "right"))
        portions.append((first, last))
        first = last
    return portions


class _Walk:
    """The walk over some words."""

    def __init__(
        self, trie: Trie, words: WordTable, numbers: Ints, classes: WordClasses, first: int, last: int
    ) -> None:
        self.trie, self.classes, self.offset = trie, classes, first
        size = self.size = last - first
        # Behind the words stand some more, which go on with no phrase.
        number = self.number = np.zeros(size + _FURTHEST, np.int64)
        number[:size] = numbers[first:last]
        self.signature = classes.signature.take(number)
        marks = self.marks = classes.marks.take(number)
        self.before = -marks
        marks[:size] += words.comma[first:last] * A_COMMA
        breaks = begins(words.sentence[first:last])
        breaks |= words.hard[first:last]
        marks[:size] += breaks * A_BREAK
        self.until = marks.cumsum()
        self.before += self.until
        """Sums of the marks before each word, and of those and its own; commas and breaks are before it."""
        self.most = 0
        """No word has more ways to go on from it, all those so far counted."""

    def run(self) -> Matches:
        """The phrases, those of one word too."""
        states = self._pairs()
        found: list[_States] = []
        while len(states.node):
            states = self._without_too_many(states, found)
            found.append(states)
            states = self._distinct(self._further(states))
        found.append(self._alone())
        node, first, last, coordinated = map(np.concatenate, zip(*found, strict=True))
        owner, entry = self.classes.ends.take(node)
        first, last = first.take(owner) + self.offset, last.take(owner) + self.offset
        return Matches(entry, first, last, coordinated.take(owner))

    def _alone(self) -> _States:
        """The words that are phrases by themselves."""
        node = self.number[: self.size] + self.classes.nodes
        word = (self.classes.ends.size.take(node) > 0).nonzero()[0]
        return _States(node.take(word), word, word, np.zeros(len(word), np.bool_))

    def _pairs(self) -> _States:
        """The first two words of phrases."""
        classes, size = self.classes, self.size
        number = self.number[:size]
        opens, leaps = classes.opens.take(number), classes.leaps.take(number)
        coordinated = (self.until[_COORDINATED : _COORDINATED + size] - self.until[:size]) & CONJUNCTIONS > 0
        np.bitwise_or(leaps, opens, out=leaps, where=coordinated)
        ahead = _shifted(self.signature, _FURTHEST, size)
        likely = np.empty((_FURTHEST, size), np.uint64)
        np.bitwise_and(ahead[:_NEAR], opens, out=likely[:_NEAR])
        np.bitwise_and(ahead[_NEAR:], leaps, out=likely[_NEAR:])
        first = (likely != 0).ravel().nonzero()[0]
        step = first // size
        first -= step * size  # `divmod`, or `nonzero` of two dimensions, takes several times as long
        owner, node, place, joined = self._next_words(
            number.take(first) + classes.nodes, first, first + step + 1
        )
        return _States(node, first.take(owner), place, joined)

    def _further(self, states: _States) -> _States:
        """Where states lead, a word further."""
        trie = self.trie
        owner, place = spread(states.last + 1, trie.reach.take(states.node))
        ahead = trie.ahead.take(states.node).take(owner)
        likely = (ahead & self.signature.take(place) != 0).nonzero()[0]
        owner, place = owner.take(likely), place.take(likely)
        which, node, place, joined = self._next_words(states.node.take(owner), states.last.take(owner), place)
        owner = owner.take(which)
        return _States(node, states.first.take(owner), place, states.coordinated.take(owner) | joined)

    def _next_words(self, origin: Ints, last: Ints, place: Ints) -> tuple[Ints, Ints, Ints, Flags]:
        """Go on from an origin, whose last word is `last`, with the word at a place, if that may be.

        Returns:
            Of those that go on: which they are, their node, their last word, whether over a coordination.
        """
        if not len(origin):
            return place, place, place, place > 0
        which, edge = self.classes.following.find(origin, self.number.take(place))
        last, place = last.take(which), place.take(which)
        between = self.before.take(place) - self.until.take(last)
        over = (between >> WORDS) - np.minimum(between & DETERMINERS, MAX_DETERMINERS)
        goes_on = np.maximum(over, between & COMMAS > 0) <= self.trie.gap.take(edge)
        joined = np.zeros(len(which), np.bool_)
        doubtful = (~goes_on & (between & CONJUNCTIONS > 0)).nonzero()[0]
        if len(doubtful):
            joined[doubtful] = self._joins(*(one.take(doubtful) for one in (last, place, over)))
            goes_on |= joined
        chosen = goes_on.nonzero()[0]
        node = self.trie.child.take(edge.take(chosen))
        return which.take(chosen), node, place.take(chosen), joined.take(chosen)

    def _joins(self, last: Ints, place: Ints, over: Ints) -> Flags:
        """Whether the words between are a coordination; so many of them count."""
        marks = self.marks
        opening = marks.take(last + 1)
        limit = np.where(
            opening & COMMAS, _AFTER_COMMA, np.where(opening & CONJUNCTIONS, _AFTER_CONJUNCTION, 0)
        )
        closes = (marks.take(last) & MAY_CLOSE > 0) & (marks.take(place - 1) & CONJUNCTIONS > 0)
        fits = (over <= limit) | (closes & (over <= _BEFORE_CONJUNCTION))
        joins: Flags = fits & (over > 0) & (marks.take(place) & CONJUNCTIONS == 0)
        return joins

    def _distinct(self, states: _States) -> _States:
        """Each state once: from the third word on, different words lead to the same one."""
        key = (states.first * len(self.trie.reach) + states.node) * self.size + states.last
        key = key * 2 + states.coordinated
        order = key.argsort()
        return states.take(order[begins(key[order])])

    def _without_too_many(self, states: _States, before: list[_States]) -> _States:
        """Without those of words from which there are too many ways to go on."""
        alike = len(states.first)
        self.most += alike if alike <= _MAX_STATES else int(np.bincount(states.first).max())
        if self.most <= _MAX_STATES:
            return states
        all_first = [one.first for one in (states, *before)]
        few = np.bincount(np.concatenate(all_first))[states.first] <= _MAX_STATES
        return states.take(few.nonzero()[0])


def _shifted(values: Bits, count: int, size: int) -> Bits:
    """So many rows of values, each from one place later on than the row before; the first from the second."""
    return np.ndarray((count, size), values.dtype, values, values.itemsize, values.strides * 2)
