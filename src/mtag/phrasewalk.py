"""The walk over the trie of the phrases, which finds all phrases of a batch at once.

All the ways to go on from all the words are followed together, a word further at each step, so that
NumPy does what the text would else do word by word. Between two words of a phrase the text may hold
determiners, a gap where the phrase has one, or a coordination ("sexual *and labour* exploitation"). All
of these are short and bounded, so time is linear in the text and hardly depends on the number of phrases.

Most words lead nowhere, and signatures tell: the bits of what may follow a phrase so far, against those
of the words in its reach. What is left is looked up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mtag.arrays import Flags, Ints, begins, spread
from mtag.phrasetrie import LONGEST_COORDINATION, MAX_DETERMINERS, WIDEST_GAP, Bits, Trie
from mtag.phrasewords import A_COMMA, COMMAS, CONJUNCTIONS, DETERMINERS, MAY_CLOSE, WordClasses
from mtag.wordtable import WordTable

# Words a coordination may hold between two words of a phrase, by how it stands there.
_AFTER_CONJUNCTION = 2  # sexual *and labour* exploitation
_AFTER_COMMA = LONGEST_COORDINATION  # sexual*, labour and criminal* exploitation
_BEFORE_CONJUNCTION = 3  # exploitation *sexuelle et* par le travail

_NEAR = MAX_DETERMINERS + 1
"""How far on the next word of a phrase may stand, where it has no gap and the text no coordination."""

_FAR = LONGEST_COORDINATION + _NEAR
"""The same over a coordination."""

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

    def where(self, chosen: Flags) -> Matches:
        """The matches that are chosen."""
        return self.take(chosen.nonzero()[0])

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
    alone = (classes.singles.size.take(numbers) > 0).nonzero()[0]
    owner, entry = classes.singles.take(numbers[alone])
    word = alone[owner]
    found = [Matches(entry, word, word, np.zeros(len(word), np.bool_))]
    found += (_Walk(trie, words, numbers, classes, *bounds).run() for bounds in _portions(words.sentence))
    entry, first, last, coordinated = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Matches(entry, first, last, coordinated)


def _portions(sentence: Ints) -> list[tuple[int, int]]:
    """Words to walk together: whole sentences."""
    chunks, first = [], 0
    while first < len(sentence):
        last = min(first + _PORTION_WORDS, len(sentence))
        if last < len(sentence):  # back to the end of a sentence, or on to the end of a very long one
            last = int(np.searchsorted(sentence, sentence[last]))
            if last <= first:
                last = int(np.searchsorted(sentence, sentence[first], "right"))
        chunks.append((first, last))
        first = last
    return chunks


class _Walk:
    """The walk over some words."""

    def __init__(
        self, trie: Trie, words: WordTable, numbers: Ints, classes: WordClasses, first: int, last: int
    ) -> None:
        self.trie, self.classes = trie, classes
        self.offset = first
        size = self.size = last - first
        self.number = numbers[first:last]
        self.signature = classes.signature.take(self.number)
        self.marks = classes.marks.take(self.number) + words.comma[first:last] * A_COMMA
        sums = np.zeros(size + _FAR, np.int64)
        self.marks.cumsum(out=sums[1 : size + 1])
        sums[size + 1 :] = sums[size]
        self.before, self.until = sums[:size], sums[1 : size + 1]
        """The sum of the marks before each word, and of those and its own."""
        coordinated = (sums[_FAR:] - self.until) & CONJUNCTIONS > 0
        breaks = words.hard[first:last] | begins(words.sentence[first:last])
        # Twice the words each: without a gap in the phrase at this place, and with one.
        self.room = _room(breaks, coordinated)
        self.ahead = _ahead(self.signature, coordinated)

    def run(self) -> Matches:
        """The phrases of two words and more."""
        trie = self.trie
        word = np.arange(self.size)
        states = _States(word, word, word, np.zeros(self.size, np.bool_))
        found = [states.take(word[:0])]
        opens = (self.classes.opens.take(self.number) & self.ahead[self.size :] != 0).nonzero()[0]
        owner, way = self.classes.openings.take(self.number[opens])
        owner, last, way, reach = self._promising(states, opens[owner], way)
        while len(way):
            source, place, node = self._next_words(last, way, reach)
            admitted, joined = self._admits(last[source], trie.gap[way[source]], place)
            owner = owner[source[admitted]]
            states = _States(
                node[admitted],
                states.first[owner],
                place[admitted],
                joined[admitted] | states.coordinated[owner],
            )
            if len(found) > 1:  # different words of the text do not lead to the same state
                states = self._distinct(states)
            states = _without_too_many(states, found)
            found.append(states)
            owner, way = spread(trie.first_way[states.node], trie.ways[states.node])
            owner, last, way, reach = self._promising(states, owner, way)
        node, begin, end, inside = (np.concatenate(parts) for parts in zip(*found, strict=True))
        owner, entry = trie.entries.take(node)
        return Matches(entry, begin[owner] + self.offset, end[owner] + self.offset, inside[owner])

    def _promising(self, states: _States, owner: Ints, way: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """The ways of states on which some word ahead may go on.

        Returns:
            Whose they are, its last word, the way, how many words on it may reach.
        """
        last = states.last.take(owner)
        at = last + self.trie.skips.take(way) * self.size
        going = (self.trie.signature.take(way) & self.ahead.take(at) != 0).nonzero()[0]
        way = way[going]
        return owner[going], last[going], way, np.minimum(self.trie.reach[way], self.room[at[going]])

    def _next_words(self, last: Ints, way: Ints, reach: Ints) -> tuple[Ints, Ints, Ints]:
        """Words in reach that go on with a phrase: on which of the ways, where, to which node."""
        trie = self.trie
        source, place = spread(last + 1, reach)
        likely = (trie.signature[way].repeat(reach) & self.signature.take(place) != 0).nonzero()[0]
        source, place = source[likely], place[likely]
        way = way[source]
        pair, edge = spread(trie.first_following[way], trie.following[way])
        there = self.classes.hold(self.number[place].take(pair), trie.symbols.take(edge))
        pair = pair[there]
        return source[pair], place[pair], trie.children[edge[there]]

    def _admits(self, last: Ints, gap: Ints, place: Ints) -> tuple[Ints, Flags]:
        """Which of the places the next word of a phrase may have, and whether over a coordination each."""
        between = self.before[place] - self.until[last]
        over = place - last - 1 - np.minimum(between & DETERMINERS, MAX_DETERMINERS)
        comma = (between | self.marks[place]) & COMMAS
        plain = (over <= gap) & ((gap > 0) | (comma == 0))
        joined = (over > 0) & ~plain
        which = joined.nonzero()[0]
        if len(which):
            joined[which] = self._joins(last[which], place[which], between[which], over[which])
        return (plain | joined).nonzero()[0], joined

    def _joins(self, last: Ints, place: Ints, between: Ints, over: Ints) -> Flags:
        """Whether the words between are a coordination; so many of them count."""
        opening = self.marks[last + 1]
        limit = np.where(
            opening & COMMAS, _AFTER_COMMA, np.where(opening & CONJUNCTIONS, _AFTER_CONJUNCTION, 0)
        )
        conjoined = between & CONJUNCTIONS > 0
        closes = (self.marks[last] & MAY_CLOSE > 0) & (self.marks[place - 1] & CONJUNCTIONS > 0)
        fits = (conjoined & (over <= limit)) | (closes & (over <= _BEFORE_CONJUNCTION))
        joins: Flags = fits & (self.marks[place] & CONJUNCTIONS == 0)
        return joins

    def _distinct(self, states: _States) -> _States:
        """Each state once."""
        key = (states.first * len(self.trie.ways) + states.node) * self.size + states.last
        key = key * 2 + states.coordinated
        order = key.argsort()
        return states.take(order[begins(key[order])])


def _room(breaks: Flags, coordinated: Flags) -> Ints:
    """How many words on a phrase may reach from each word.

    `breaks` tells of words before which every phrase ends.
    """
    size = len(breaks)
    first = breaks.nonzero()[0]
    end = np.empty_like(first)
    end[:-1], end[-1:] = first[1:], size
    room = np.empty(2 * size, np.int64)
    near, far = room[:size], room[size:]
    np.subtract((end - 1).repeat(end - first), np.arange(size), out=far)
    np.minimum(far, np.where(coordinated, _FAR, _NEAR), out=near)
    return room


def _ahead(signature: Bits, coordinated: Flags) -> Bits:
    """The bits of the words that a phrase may reach from each word, and perhaps of a few more."""
    size = len(signature)
    one = np.zeros(size + WIDEST_GAP + _NEAR, np.uint64)
    one[:size] = signature
    two = one[:-1] | one[1:]
    four = two[:-2] | two[2:]
    ahead = np.empty(2 * size, np.uint64)
    near, far = ahead[:size], ahead[size:]
    np.bitwise_or(two[1 : size + 1], one[3 : size + 3], out=near)
    np.bitwise_or(near, four[4 : size + 4], out=near, where=coordinated)
    np.bitwise_or(four[1 : size + 1], four[5 : size + 5], out=far)
    np.bitwise_or(far, four[9 : size + 9], out=far)
    return ahead


def _without_too_many(states: _States, before: list[_States]) -> _States:
    """Without those of words from which there are too many ways to go on."""
    all_first = [one.first for one in (states, *before)]
    if sum(map(len, all_first)) <= _MAX_STATES:
        return states
    few = np.bincount(np.concatenate(all_first))[states.first] <= _MAX_STATES
    return states.take(few.nonzero()[0])
