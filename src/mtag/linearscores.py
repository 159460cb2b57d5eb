"""Scores of sentences and passages by a linear model over words, with NumPy alone.

Weighting is tf-idf with sublinear counts (Salton & Buckley 1988): a feature met `t` times weighs
`1 + log t` times its inverse document frequency, and a text is divided by the length of its vector.
Scores are those of scikit-learn's `decision_function`. What each word adds is summed once and kept;
sums of words make sentences, sums of sentences passages, and only features that a text repeats
are counted and put right. Weights are whole numbers, so that sums of them are exact in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from mtag.arrays import Flags, Floats, Ints, begins, lengths, spread, stable_order
from mtag.chunkmemory import ChunkMemory
from mtag.chunks import Vocabulary
from mtag.linearmodel import Weights
from mtag.wordtable import WordMemory

_BLOCK = 8
"""Sentences of a block: passages are a whole item and, over a long one, any two blocks in a row."""

_ROOM = 1 << 16
"""Values that are added up at once: they stay in the cache."""

_IN_STEP = 1 << 19
"""Values of runs that are added up in step: enough runs that few steps are of a few rows."""

_MOST = 1 << 26
"""Values kept of words before they are forgotten: 256 MB, which only a model of a thousand concepts needs."""


class Sums(NamedTuple):
    """What texts, or features, say where each feature counts as often as it is there: one a row.

    `said` are the sums of the weights in a sentence, in a vicinity and in a passage, side by side (of texts
    in 32 bits, in which there is room for the words of a sentence); `squares` those of the squares of the
    inverse document frequencies.
    """

    said: NDArray[np.signedinteger[Any]]
    squares: Floats

    @classmethod
    def of(cls, weights: Weights, features: Ints, bounds: Ints) -> Sums:
        """Add up runs of features; `bounds` are the places at which runs begin, and the end."""
        said = [add_up(view.coefficients, features, bounds) for view in weights.views]
        return cls(np.hstack(said), _by_run(weights.idf.take(features) ** 2, bounds))

    @classmethod
    def of_bigrams(cls, weights: Weights) -> Sums:
        """What each bigram says."""
        said = [view.coefficients[weights.first_bigram :] for view in weights.views]
        return cls(np.hstack(said), weights.idf[weights.first_bigram :] ** 2)

    def add_up(self, rows: Ints, bounds: Ints) -> Sums:
        """Add up runs of rows; `bounds` as for `of`."""
        return Sums(add_up(self.said, rows, bounds), _by_run(self.squares.take(rows), bounds))

    def plus(self, more: Sums) -> Sums:
        """What the same texts say by other features too."""
        return Sums(self.said + more.said, self.squares + more.squares)


def _by_run(values: Floats, bounds: Ints) -> Floats:
    """The sums of runs of values, each in their order: an item adds up alike in any company."""
    runs = np.arange(len(bounds) - 1).repeat(bounds[1:] - bounds[:-1])
    return np.asarray(np.bincount(runs, values, len(bounds) - 1), np.float64)


class WordSums(ChunkMemory[tuple[Ints, Sums]]):
    """What each word that was met says: the row of each word, and the `Sums` of its features in rows."""

    def __init__(self, weights: Weights, features: WordMemory) -> None:
        """Make an empty memory; `features` knows the features of words."""
        super().__init__()
        self._weights, self._features = weights, features

    def add_up(self, vocabulary: Vocabulary, words: Ints, bounds: Ints) -> Sums:
        """What sentences say, a row each; `bounds` are the words at which they begin, and the end."""
        place, sums = self.recall(vocabulary, words)
        return sums.add_up(place.take(words), bounds)

    def _forget(self) -> None:
        said = np.zeros((256, len(self._weights.views) * self._weights.width), np.int32)
        self._known = np.full(self._room, -1), Sums(said, np.zeros(len(said)))
        self._rows = {b"": 0}

    def _lengthen(self, more: int) -> None:
        place, rows = self._known
        self._known = np.append(place, np.full(more, -1)), rows

    def _are_known(self, numbers: Ints) -> Flags:
        if self._known[1].said.size > _MOST:
            self._forget()
        known: Flags = self._known[0].take(numbers) >= 0
        return known

    def _learn(self, numbers: Ints, texts: Sequence[str]) -> None:
        known = self._features.recall(cast(Vocabulary, self._vocabulary), numbers)
        owners, features = known.take(numbers)
        bounds = owners.searchsorted(np.arange(len(numbers) + 1)).tolist()
        keys = [features[first:last].tobytes() for first, last in pairwise(bounds)]
        new = [key for key in dict.fromkeys(keys) if key not in self._rows]
        place, rows = self._known
        begin, end = len(self._rows), len(self._rows) + len(new)
        if end > len(rows.said):
            said = np.zeros((end, rows.said.shape[1]), np.int32)
            rows = Sums(np.concatenate((rows.said, said)), np.append(rows.squares, np.zeros(end)))
        ends = np.cumsum([0, *map(len, new)]) // features.itemsize
        learned = Sums.of(self._weights, np.frombuffer(b"".join(new), np.int64), ends)
        rows.said[begin:end], rows.squares[begin:end] = learned
        self._known = place, rows  # before its rows have keys, for an interrupt may come in between
        self._rows.update(zip(new, range(begin, end), strict=True))
        place[numbers] = [self._rows[key] for key in keys]


class _Passages(NamedTuple):
    """The passages of items: all of an item first, then windows of two blocks over a long one.

    `items` and `blocks` are those of each sentence, `starts` the sentences at which blocks begin; `first`
    is the first passage of each item and `total` the number of passages. Every second window of an item is
    among the `even` ones, the others among the `odd`, by block: windows of one kind do not overlap. They are
    -1 where a block is in none.
    """

    items: Ints
    blocks: Ints
    starts: Ints
    first: Ints
    total: int
    even: Ints
    odd: Ints

    @classmethod
    def of(cls, items: Ints) -> _Passages:
        """Lay out the passages of items; `items` are the sentences at which they begin, and the end."""
        size = items[1:] - items[:-1]
        blocks = -(-size // _BLOCK)
        owner, place = spread(0, blocks)
        starts = items.take(owner) + _BLOCK * place
        windows = np.where(blocks > 2, blocks - 1, 0)
        ends = (windows + 1).cumsum()
        first = ends - windows - 1

        def of_block(window: Ints) -> Ints:
            inside = (window >= 0) & (window < windows.take(owner))
            return np.where(inside, first.take(owner) + 1 + window, -1)

        return cls(
            items=np.arange(len(size)).repeat(size),
            blocks=np.arange(len(starts)).repeat(lengths(starts, int(items[-1]))),
            starts=starts,
            first=first,
            total=int(ends[-1]),
            even=of_block(place - place % 2),
            odd=of_block(place - 1 + place % 2),
        )

    @property
    def of_sentences(self) -> list[Ints]:
        """The passages that each sentence is in, of three kinds at most: of one kind none overlap."""
        windows = (self.even, self.odd) if self.total > len(self.first) else ()
        return [self.first.take(self.items), *(kind.take(self.blocks) for kind in windows)]

    def add_up(self, sums: NDArray[Any]) -> NDArray[Any]:
        """The sums of passages, from those of sentences: a value or a row each."""
        blocks = np.add.reduceat(sums, self.starts, axis=0)
        added = np.empty((self.total, *sums.shape[1:]), sums.dtype)
        firsts = begins(self.items.take(self.starts)).nonzero()[0]
        added[self.first] = np.add.reduceat(blocks, firsts, axis=0)
        for windows in (self.even, self.odd):
            second = ((windows[1:] == windows[:-1]) & (windows[1:] >= 0)).nonzero()[0] + 1
            added[windows.take(second)] = blocks.take(second - 1, axis=0) + blocks.take(second, axis=0)
        return added


class _Met(NamedTuple):
    """Where features that an item has more than once are met, feature by feature and item by item.

    `new` tells where another feature, or another item, begins.
    """

    features: Ints
    sentences: Ints
    new: Flags

    @classmethod
    def of(cls, features: Ints, sentences: Ints, items: Ints, below: int) -> _Met:
        """Find them; `features` and `sentences` as for `score`, `items` are those of the sentences."""
        order = stable_order(features, below)
        own, inside = features.take(order), sentences.take(order)
        new = begins(own) | begins(items.take(inside))
        times = lengths(new.nonzero()[0], len(own))
        often = (times > 1).repeat(times).nonzero()[0]
        return cls(own.take(often), inside.take(often), new.take(often))

    def repeated(self, texts: Sequence[Ints], count: int) -> _Repeated:
        """Those that texts repeat.

        Args:
            texts: which text each sentence is in, -1 where in none; several times over.
            count: how many texts there are.
        """
        found = []
        for text_of in texts:
            text = text_of.take(self.sentences)
            starts = (self.new | begins(text)).nonzero()[0]
            times = lengths(starts, len(text))
            many = ((times > 1) & (text.take(starts) >= 0)).nonzero()[0]
            starts = starts.take(many)
            found.append((text.take(starts), self.features.take(starts), times.take(many)))
        columns = [np.concatenate(column) for column in zip(*found, strict=True)]
        order = stable_order(columns[0], count)
        return _Repeated(*(column.take(order) for column in columns))


class _Repeated(NamedTuple):
    """Features that texts repeat, text by text: the text, the feature, how often it is there."""

    text: Ints
    feature: Ints
    times: Ints

    def put_right(self, sums: Floats, squares: Floats, coefficients: NDArray[np.int16], idf: Floats) -> None:
        """Let what is repeated count less.

        Args:
            sums: what texts say where each feature counts as often as it is there; put right in place.
            squares: those of the lengths of their vectors; likewise.
            coefficients: those of the features.
            idf: the inverse document frequencies.
        """
        of_each, count = idf.take(self.feature), 1 + np.log(self.times)
        squares += np.bincount(self.text, (count * count - self.times) * of_each * of_each, len(sums))
        less = count - self.times
        starts = np.append(begins(self.text).nonzero()[0], len(self.text))
        for first, last in _portions(starts, sums.shape[1]):
            part = slice(starts[first], starts[last])
            products = coefficients.take(self.feature[part], axis=0) * less[part, None]
            cuts = starts[first:last]
            sums[self.text.take(cuts)] += np.add.reduceat(products, cuts - cuts[0], axis=0)


class Best(NamedTuple):
    """The best scores of items over their passages, sentences and vicinities: an item a row."""

    passage: Floats
    sentence: Floats
    vicinity: Floats


def score(weights: Weights, sums: Sums, features: Ints, sentences: Ints, items: Ints) -> tuple[Best, Floats]:
    """The best scores of each concept in items, and those of each sentence: a row each.

    Args:
        weights: the model.
        sums: what the sentences say.
        features: those of their words that have weights, by number.
        sentences: the sentence of each feature; they come in order for each feature.
        items: the sentences at which items begin, and the end; none is empty.
    """
    passages, width, count = _Passages.of(items), weights.width, len(sums.said)
    met = _Met.of(features, sentences, passages.items, len(weights.idf))
    alone, squares = sums.said[:, :width].astype(np.float64), sums.squares.copy()
    repeated = met.repeated([np.arange(count)], count)
    repeated.put_right(alone, squares, weights.sentence.coefficients, weights.idf)
    of_sentences = weights.sentence.scores(alone, np.sqrt(squares))
    near = _with_neighbours(sums.said[:, width : 2 * width], items)
    vicinities = weights.vicinity.scores(near, np.sqrt(_with_neighbours(sums.squares, items)))
    # As floating-point numbers, which hold the sum of a long item exactly too.
    inside = passages.add_up(sums.said[:, 2 * width :].astype(np.float64))
    squares = passages.add_up(sums.squares)
    repeated = met.repeated(passages.of_sentences, passages.total)
    repeated.put_right(inside, squares, weights.passage.coefficients, weights.idf)
    best = Best(
        np.maximum.reduceat(weights.passage.scores(inside, np.sqrt(squares)), passages.first, axis=0),
        np.maximum.reduceat(of_sentences, items[:-1], axis=0),
        np.maximum.reduceat(vicinities, items[:-1], axis=0),
    )
    return best, of_sentences


def _with_neighbours(sums: NDArray[Any], items: Ints) -> NDArray[Any]:
    """The sums of each sentence and those beside it in its item."""
    found = sums.copy()
    for first, last in pairwise(items.tolist()):
        found[first + 1 : last] += sums[first : last - 1]
        found[first : last - 1] += sums[first + 1 : last]
    return found


def add_up(table: NDArray[np.integer], numbers: Ints, bounds: Ints) -> NDArray[np.int32]:
    """The sums of rows of a table over runs of `numbers`: a run a row.

    All runs go on in step, the longest first, so that whole rows are added; NumPy's `reduceat` goes down
    column by column, which takes ten times as long. `bounds` are the places at which runs begin, and
    the end.
    """
    result = np.empty((len(bounds) - 1, table.shape[1]), np.int32)
    many = max(1, _IN_STEP // table.shape[1])
    for first in range(0, len(result), many):
        edges = bounds[first : first + many + 1]
        size = edges[1:] - edges[:-1]
        order = (-size).argsort(kind="stable")
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        going_on = len(size) - np.bincount(size).cumsum()[:-1]
        run, step = spread(0, size)
        stepwise = np.empty(len(run), np.int64)
        stepwise[(going_on.cumsum() - going_on).take(step) + rank.take(run)] = numbers[edges[0] : edges[-1]]
        sums, done = np.zeros((len(size), table.shape[1]), np.int32), 0
        for count in going_on.tolist():
            sums[:count] += table.take(stepwise[done : done + count], axis=0)
            done += count
        result[first + order] = sums
    return result


def _portions(bounds: Ints, width: int) -> Iterator[tuple[int, int]]:
    """Runs of texts whose rows of `width` values there is room for at once; `bounds` as for `add_up`."""
    first, count = 0, len(bounds) - 1
    while first < count:
        room = bounds[first] + _ROOM // width
        last = max(first + 1, int(bounds.searchsorted(room, "right")) - 1)
        yield first, last
        first = last
