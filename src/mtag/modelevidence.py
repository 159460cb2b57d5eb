"""The words that carried the scores of the model, found for all items of a batch at once.

A linear score is a sum over words, so the evidence is exact: in the sentences that score best for a
concept, the stretch of heavy words that carries most of the score. Sentences stand in a matrix, a row
each, so that what is found in one does not depend on the others.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

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

_ROOM = 1 << 20
"""Values of a matrix of sentences; more sentences make more of them."""


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
    for first, last in _portions(np.diff(reading.word_bounds)[rows]):
        part = slice(first, last)
        which, begin, end, top = _carriers(reading, rows[part], numbers[part])
        places = (asked[part][which], words.starts[begin], words.ends[end], words.numbers[top])
        for number, start, stop, word in zip(*(each.tolist() for each in places), strict=True):
            found[number].append(Candidate(names[number], start, stop, "model", bare(texts[word])))
    return [tuple(one) for one in found]


def _best_sentences(reading: Reading, items: Ints, concepts: Ints) -> tuple[Ints, Ints, Ints]:
    """The sentences to look at, the best ones first: for which of the asked, its concept, which row."""
    first = reading.items[items]
    size = reading.items[items + 1] - first
    asked, rows = spread(first, size)
    scores = reading.sentences[rows, concepts[asked]]
    starts = size.cumsum() - size
    best = _first_largest(scores, starts)
    # There is evidence for what is asked, however low it scores; more only from what speaks for it.
    shown = [best]
    for _ in range(_SENTENCES - 1):
        scores[best] = -np.inf
        best = _first_largest(scores, starts)
        best = best[scores[best] >= 0]
        shown.append(best)
    chosen = np.concatenate(shown)
    return asked[chosen], concepts[asked[chosen]], rows[chosen]


def _first_largest(values: Floats, starts: Ints) -> Ints:
    """The place of the largest value of each run, the first of them; runs begin at `starts`."""
    size = np.append(starts[1:], len(values)) - starts
    places = (values == np.maximum.reduceat(values, starts).repeat(size)).nonzero()[0]
    found: Ints = places[places.searchsorted(starts)]
    return found


def _portions(sizes: Ints) -> list[tuple[int, int]]:
    """Runs of sentences whose matrix there is room for."""
    portions, first, width = [], 0, 0
    for number, size in enumerate(sizes.tolist()):
        width = max(width, size)
        if number > first and (number + 1 - first) * width > _ROOM:
            portions.append((first, number))
            first, width = number, size
    return [*portions, (first, len(sizes))]


def _carriers(reading: Reading, rows: Ints, numbers: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """The run of words that carries most of the score of each of some sentences, for a concept each.

    Returns:
        Of each run: which of the sentences, its first and its last word, and its heaviest. The commonest
        words weigh something too, but tell a reader nothing: they are shown only between others, or where
        there are no others.
    """
    begin = reading.word_bounds[rows]
    width = int((reading.word_bounds[rows + 1] - begin).max(initial=0))
    worth = _worth(reading, rows, numbers, begin, width)
    counted = _telling(reading.words, worth, begin)
    cells = _carrying(counted)
    if not len(cells):
        return cells, cells, cells, cells
    which = cells // width
    apart = cells + which * (_GAP + 1)  # those of different sentences are never near
    new = np.ones(len(cells), np.bool_)
    np.greater(apart[1:] - apart[:-1], _GAP + 1, out=new[1:])
    starts = new.nonzero()[0]
    ends = np.append(starts[1:], len(cells)) - 1
    heavy = counted.ravel().take(cells)
    sentence = which.take(starts)
    best = _first_largest(np.add.reduceat(heavy, starts), begins(sentence).nonzero()[0])
    sentence = sentence.take(best)
    shift = begin.take(sentence) - sentence * width
    top = _first_largest(heavy, starts)
    first, last, heaviest = (shift + cells.take(places.take(best)) for places in (starts, ends, top))
    return sentence, first, last, heaviest


def _telling(words: WordTable, worth: Floats, begin: Ints) -> Floats:
    """What the words that may be shown add, nothing for others: a sentence a row."""
    counted: Floats = np.maximum(worth, 0.0)
    row, place = counted.nonzero()
    numbers = words.numbers.take(begin.take(row) + place)
    common = _COMMON.recall(words.vocabulary, numbers).size.take(numbers) > 0
    others = np.bincount(row[~common], minlength=len(worth)) > 0
    hidden = common & others.take(row)
    counted[row[hidden], place[hidden]] = 0.0
    return counted


def _carrying(counted: Floats) -> Ints:
    """The heaviest words that together carry most of the score of each row: their cells, in order."""
    order = (-counted).argsort(axis=1, kind="stable")
    order += np.arange(0, counted.size, counted.shape[1])[:, None]
    ordered = counted.ravel().take(order)
    carried = ordered.cumsum(axis=1)
    before = np.zeros_like(carried)
    before[:, 1:] = carried[:, :-1]
    cells = order[(before < _CARRIED * carried[:, -1:]) & (ordered > 0)]
    cells.sort()
    return cells


def _worth(reading: Reading, rows: Ints, numbers: Ints, begin: Ints, width: int) -> Floats:
    """What each word adds to the score of its sentence, in units of its concept, a sentence a row."""
    end, size = reading.word_bounds[rows + 1], len(rows) * width
    coefficients = reading.weights.sentence.coefficients

    def each(owners: Ints, features: Ints) -> tuple[Ints, Floats]:
        """The cells of the owners, and what the features add."""
        first = owners.searchsorted(begin)
        which, inside = spread(first, owners.searchsorted(end) - first)
        cells = (np.arange(0, size, width) - begin).take(which) + owners.take(inside)
        return cells, coefficients[features.take(inside), numbers.take(which)].astype(np.float64)

    cells, added = each(*reading.features)
    total = np.asarray(np.bincount(cells, added, size), np.float64)
    cells, added = each(*reading.bigrams)
    added /= 2  # half to each of the two words
    total += np.bincount(cells, added, size)
    total += np.bincount(cells - 1, added, size)
    return total.reshape(len(rows), width)
