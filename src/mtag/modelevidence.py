"""The words that carried the scores of the model, found for all items of a batch at once.

A linear score is a sum over words, so the evidence is exact: in the sentences that score best for a
concept, the stretch of heavy words that carries most of the score. The words of all these sentences stand
end to end; they weigh whole numbers, so that sums are the same whatever else is looked at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag.arrays import Floats, Ints, begins, spread
from mtag.document import Candidate
from mtag.furniture import STOP_WORDS
from mtag.linearmodel import Weights
from mtag.tokens import bare
from mtag.wordtable import WordMemory, WordTable

_SENTENCES = 2
"""Sentences shown as evidence for one concept."""

_CARRIED = 0.9
"""Share of a sentence's positive score that the words which may be shown carry together."""

_COMMONEST = frozenset(word for listed in STOP_WORDS.values() for word in listed.split())
_COMMON = WordMemory(lambda word: (1,) if bare(word) in _COMMONEST else ())

_GAP = 8
"""Such words with at most so many others between them make one span; the heaviest of a sentence is shown."""

_TOGETHER = 1 << 13
"""Sentences that are looked at together."""


class Reading(NamedTuple):
    """The items of a batch in each of their languages, scored.

    `sentences` are the scores of the sentences (a row each) for `concepts`, and `items` the numbers of
    those at which items in a language begin, and the end. `word_bounds` are the words at which sentences
    begin, and the end; `features` are the words of all features and the features, `bigrams` the second
    words of all bigrams and their features.
    """

    weights: Weights
    concepts: tuple[str, ...]
    sentences: Floats
    items: Ints
    words: WordTable
    word_bounds: Ints
    features: tuple[Ints, Ints]
    bigrams: tuple[Ints, Ints]


def find_words(reading: Reading, items: Ints, concepts: Ints) -> list[tuple[Candidate, ...]]:
    """The words that carried the scores of items for a concept each, by number: the best sentence first."""
    found: list[list[Candidate]] = [[] for _ in items]
    if not found:
        return []
    asked, numbers, rows = _best_sentences(reading, items, concepts)
    words, texts = reading.words, reading.words.vocabulary.texts
    names = [reading.concepts[number] for number in concepts.tolist()]
    for begin in range(0, len(rows), _TOGETHER):
        part = slice(begin, begin + _TOGETHER)
        which, first, last, top = _carriers(reading, rows[part], numbers[part])
        places = words.starts.take(first), words.ends.take(last), words.numbers.take(top)
        shown = zip(asked[part].take(which).tolist(), *(each.tolist() for each in places), strict=True)
        for number, start, end, word in shown:
            found[number].append(Candidate(names[number], start, end, "model", bare(texts[word])))
    return [tuple(one) for one in found]


def _best_sentences(reading: Reading, items: Ints, concepts: Ints) -> tuple[Ints, Ints, Ints]:
    """The sentences to look at, the best ones first: for which of the asked, its concept, which row."""
    first = reading.items.take(items)
    size = reading.items.take(items + 1) - first
    asked, rows = spread(first, size)
    scores = reading.sentences[rows, concepts.take(asked)]
    starts = size.cumsum() - size
    best = _first_largest(scores, asked, starts)
    # There is evidence for what is asked, however low it scores; more only from what speaks for it.
    shown = [best]
    for _ in range(_SENTENCES - 1):
        scores[best] = -np.inf
        best = _first_largest(scores, asked, starts)
        best = best[scores.take(best) >= 0]
        shown.append(best)
    chosen = np.concatenate(shown)
    asked = asked.take(chosen)
    return asked, concepts.take(asked), rows.take(chosen)


def _first_largest(values: Floats | Ints, owner: Ints, starts: Ints) -> Ints:
    """The place of the largest value of each run, the first of them.

    Runs begin at `starts`; `owner` is the number of the run of each value.
    """
    places = (values == np.maximum.reduceat(values, starts).take(owner)).nonzero()[0]
    found: Ints = places.take(places.searchsorted(starts))
    return found


def _carriers(reading: Reading, rows: Ints, numbers: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """The run of words that carries most of the score of each of some sentences, for a concept each.

    Returns:
        Of each run: which of the sentences, its first and its last word, and its heaviest. The commonest
        words weigh something too, but tell a reader nothing: they are shown only between others, or where
        there are no others.
    """
    which, words, worth = _telling(reading.words, *_positive(reading, rows, numbers))
    heavy = _carrying(which, worth)
    if not len(heavy):
        return heavy, heavy, heavy, heavy
    which, words, worth = which.take(heavy), words.take(heavy), worth.take(heavy)
    new = begins(which)
    new[1:] |= words[1:] - words[:-1] > _GAP + 1
    starts = new.nonzero()[0]
    ends = np.concatenate((starts[1:], [len(words)])) - 1
    top = _first_largest(worth, new.cumsum() - 1, starts)
    sentence = which.take(starts)
    new = begins(sentence)
    best = _first_largest(np.add.reduceat(worth, starts), new.cumsum() - 1, new.nonzero()[0])
    first, last, heaviest = (words.take(places.take(best)) for places in (starts, ends, top))
    return sentence.take(best), first, last, heaviest


def _positive(reading: Reading, rows: Ints, numbers: Ints) -> tuple[Ints, Ints, Ints]:
    """The words that speak for the concept of their sentence: which sentence, which word, what it is worth.

    That is twice what it adds to the score, for half of what a bigram adds is that of each of its words.
    """
    begin, end = reading.word_bounds.take(rows), reading.word_bounds.take(rows + 1)
    size = end - begin
    shift = size.cumsum() - size - begin  # from the number of a word to its place, all of them end to end
    coefficients, length = reading.weights.sentence.coefficients, int(size.sum())

    def added(owners: Ints, features: Ints) -> tuple[Ints, NDArray[np.int16]]:
        """The places of the owners, and what the features add."""
        first = owners.searchsorted(begin)
        which, inside = spread(first, owners.searchsorted(end) - first)
        cells = features.take(inside) * coefficients.shape[1] + numbers.take(which)
        return owners.take(inside) + shift.take(which), coefficients.ravel().take(cells)

    place, each = added(*reading.features)
    worth = 2 * np.bincount(place, each, length)
    second, half = added(*reading.bigrams)
    worth += np.bincount(second - 1, half, length) + np.bincount(second, half, length)
    place = (worth > 0).nonzero()[0]
    which = np.arange(len(rows)).repeat(size).take(place)
    return which, place - shift.take(which), worth.take(place).astype(np.int64)


def _telling(words: WordTable, which: Ints, numbers: Ints, worth: Ints) -> tuple[Ints, Ints, Ints]:
    """Those of the words that may be shown."""
    surfaces = words.numbers.take(numbers)
    others = _COMMON.recall(words.vocabulary, surfaces).size.take(surfaces) == 0
    alone = np.bincount(which, others) == 0
    shown = (others | alone.take(which)).nonzero()[0]
    return which.take(shown), numbers.take(shown), worth.take(shown)


def _carrying(which: Ints, worth: Ints) -> Ints:
    """The heaviest words that together carry most of the score of each sentence: their places, in order."""
    if not len(which):
        return which
    # The heaviest of each sentence first, and of the same worth the first: numbers are sorted in no time.
    bits, most = len(which).bit_length(), worth.max()
    order = ((which * (most + 1) + most - worth) << bits) + np.arange(len(which))
    order.sort()
    order &= (1 << bits) - 1
    ordered = worth.take(order)
    new = begins(which)
    starts, owner = new.nonzero()[0], new.cumsum() - 1
    before = ordered.cumsum() - ordered
    before -= before.take(starts).take(owner)
    carried = _CARRIED * np.add.reduceat(ordered, starts)
    heaviest: Ints = order[before < carried.take(owner)]
    heaviest.sort()
    return heaviest
