"""The words that carried the scores of the model, found for all items of a batch at once.

A linear score is a sum over words, so the evidence is exact: in the sentences that score best for a
concept, the stretch of heavy words that carries most of the score. Sentences stand in a matrix, a row
each, so that what is found in one does not depend on the others.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mtag.chunks import Flags
from mtag.document import Candidate
from mtag.furniture import STOP_WORDS
from mtag.linearmodel import Floats, Ints, Weights
from mtag.tokens import bare
from mtag.wordtable import WordMemory, WordTable, begins, spread

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
    """The items of a batch in one language, scored.

    `sentences` are the scores of the sentences (a row each) for `concepts`, and `items` the numbers of
    those at which items begin, and the end. `word_bounds` are the words at which sentences begin, and
    the end; `features` are the features of all the words, `owners` the word of each, and
    `feature_bounds` the features at which the sentences begin, and the end.
    """

    weights: Weights
    concepts: tuple[str, ...]
    sentences: Floats
    items: Ints
    words: WordTable
    word_bounds: Ints
    owners: Ints
    features: Ints
    feature_bounds: Ints


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
            found[number].append(Candidate(names[number], start, stop, "model", bare(texts[word]), "model"))
    return [tuple(one) for one in found]


def _best_sentences(reading: Reading, items: Ints, concepts: Ints) -> tuple[Ints, Ints, Ints]:
    """The sentences to look at, the best one first: for which of the asked, its concept, which row."""
    first = reading.items[items]
    asked, rows = spread(first, reading.items[items + 1] - first)
    scores = reading.sentences[rows, concepts[asked]]
    order = np.lexsort((-scores, asked))
    starts = np.flatnonzero(begins(asked))
    rank = np.arange(len(asked)) - starts[asked]
    # There is evidence for what is asked, however low it scores; more only from what speaks for it.
    shown = order[(rank == 0) | (rank < _SENTENCES) & (scores[order] >= 0)]
    return asked[shown], concepts[asked[shown]], rows[shown]


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
    size = reading.word_bounds[rows + 1] - begin
    worth = _worth(reading, rows, numbers, begin, int(size.max(initial=0)))
    common = _are_common(reading.words, begin, size, worth.shape[1])
    telling = (worth > 0) & ~common
    telling |= (worth > 0) & ~telling.any(axis=1, keepdims=True)
    counted = np.where(telling, worth, 0.0)
    order = np.argsort(-counted, axis=1, kind="stable")
    ordered = np.take_along_axis(counted, order, axis=1)
    carried = np.cumsum(ordered, axis=1)
    before = carried - ordered
    before[:, 1:] = carried[:, :-1]
    shown = np.zeros(worth.shape, np.bool_)
    np.put_along_axis(shown, order, (before < _CARRIED * carried[:, -1:]) & (ordered > 0), axis=1)
    which, place = np.nonzero(shown)
    starts = np.flatnonzero(begins(which) | (np.diff(place, prepend=0) > _GAP + 1))
    if not len(starts):
        return which, which, which, which
    ends = np.append(starts[1:], len(which)) - 1
    heavy = counted[which, place]
    run = np.repeat(np.arange(len(starts)), ends - starts + 1)
    heaviest = np.flatnonzero(heavy == np.maximum.reduceat(heavy, starts)[run])
    top = heaviest[np.unique(run[heaviest], return_index=True)[1]]
    order = np.lexsort((-np.add.reduceat(heavy, starts), which[starts]))
    best = order[begins(which[starts][order])]
    sentence = which[starts[best]]
    first, last, heaviest = (begin[sentence] + place[edge[best]] for edge in (starts, ends, top))
    return sentence, first, last, heaviest


def _worth(reading: Reading, rows: Ints, numbers: Ints, begin: Ints, width: int) -> Floats:
    """What each word adds to the score of its sentence, a sentence a row."""
    first = reading.feature_bounds[rows]
    which, inside = spread(first, reading.feature_bounds[rows + 1] - first)
    features = reading.features[inside]
    weights = reading.weights
    each = weights.sentence[features, numbers[which]].astype(np.float64) * weights.idf[features]
    place = which * width + reading.owners[inside] - begin[which]
    total = np.asarray(np.bincount(place, each, len(rows) * width), np.float64)
    return total.reshape(len(rows), width)


def _are_common(words: WordTable, begin: Ints, size: Ints, width: int) -> Flags:
    """Which words are among the commonest, a sentence a row."""
    place = np.arange(width)
    numbers = words.numbers.take(begin[:, None] + place, mode="clip")
    known = _COMMON.recall(words.vocabulary, numbers.ravel())
    flags: Flags = (known.size.take(numbers) > 0) & (place < size[:, None])
    return flags
