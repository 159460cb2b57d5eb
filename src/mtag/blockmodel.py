"""A linear classifier of text blocks: content of the page or not, for HTML and plain text alike.

Two logistic layers and a search. The first scores a block by its own words and, in HTML, its place
in the tree; the second by the first's scores around it (stacked sequential learning, Cohen and
Carvalho 2005); the best sequence of content and boilerplate is then found by Viterbi.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, chain
from math import fsum
from typing import Literal, NamedTuple

import numpy as np

from mtag.arrays import Flags, Floats, Floats32, Ints, begins, float_array, int_array, lengths
from mtag.blockfeatures import Counts, count_pages
from mtag.chrome import ALL_HINT_WORDS, HINT_WORDS
from mtag.chunks import ChunkTable
from mtag.document import NO_HINTS, Block, DomHints
from mtag.featuretable import weighed
from mtag.model import TrainedModel

_OUTSIDE = -3.0
"""Score of the blocks that stand, as it were, above the first and below the last."""

_WINDOWS = np.array([2, 5, 12, 30])[:, None]
_WINDOW_ENDS = np.array([-_WINDOWS, _WINDOWS + 1])
_BEYOND = np.array([5, -5])[:, None, None]
_LINK_BINS = (0.01, 0.2, 0.5, 0.8, 0.99)
_SURE = 1.0
_FAR = 1000
_GAPS = np.array([1, 2, 3, 5, 9, 17, 33, 65], np.float32)[:, None, None]
_STEPS = np.array([1, 2, 3])
_NEAREST = np.array([-_STEPS, _STEPS]).T[:, :, None]
_WIDE = 7 + 3 * len(_STEPS)
_EDGES = _WIDE + 10 * len(_WINDOWS)
_NEAR = _EDGES + 6
_AGAIN = _NEAR + 3 * len(_GAPS)
_GROUPED = _AGAIN + 5
_COLUMNS = _GROUPED + 5
"""Where the features of each sort begin."""

_FRACTION = 2.0**-24
"""Sums that run through all pages are of whole multiples of it: exact, whatever stands before a page."""


def hint_names(hints: DomHints) -> list[str]:
    """Names of the features of a block's place in the tree: hint words, elements, innermost ones, links."""
    links = [f"l:{edge}" for edge in _LINK_BINS if hints.link_share >= edge]
    words = [f"w:{word}" for word in sorted(hints.words)]
    tags = [f"t:{tag}" for tag in dict.fromkeys(hints.tags)]
    return [*words, *_names_of_kinds(hints.words), *tags, *_names_of_place(hints.tags), *links]


def _names_of_kinds(words: frozenset[str]) -> list[str]:
    named = ALL_HINT_WORDS & words
    kinds = HINT_WORDS.items() if named else ()
    return [f"k:{kind}" for kind, hinting in kinds if not hinting.isdisjoint(named)]


def _names_of_place(tags: tuple[str, ...]) -> list[str]:
    """The innermost elements and how deep a block stands."""
    names = [f"i:{tags[-1]}", f"p:{tags[-2] if len(tags) > 1 else ''}>{tags[-1]}"] if tags else []
    names.append(f"d:{min(len(tags), 20) // 2}")
    return names


def hint_scores(
    hints: Sequence[DomHints], weights: Mapping[str, float], group: Ints, elements: Sequence[tuple[str, ...]]
) -> Floats32:
    """Sum of the weights of each block's hints; many blocks share their words or their elements.

    Args:
        hints: those of all blocks.
        weights: the weight of each hint, by its name.
        group: the group of each block.
        elements: the names of the elements around the blocks of each group; see `groups`.
    """
    of_elements = float_array(_scores_of_tags(elements, weights)).take(group)
    of_links = np.array([*accumulate((weights.get(f"l:{edge}", 0.0) for edge in _LINK_BINS), initial=0.0)])
    shares = float_array([share for _, _, share in hints])
    sets: dict[frozenset[str], int] = {}
    which = int_array([sets.setdefault(words, len(sets)) for _, words, _ in hints])
    scores = float_array(_scores_of_words([*sets], weights)).take(which)
    scores += of_elements
    scores += of_links.take(np.searchsorted(_LINK_BINS, shares, "right"))
    return scores.astype(np.float32)


def _scores_of_words(sets: Sequence[frozenset[str]], weights: Mapping[str, float]) -> list[float]:
    """The score of each of some sets of words."""
    of_words = {word: weights.get(f"w:{word}", 0.0) for word in frozenset[str]().union(*sets)}
    scores = []
    for words in sets:
        found = [*map(of_words.__getitem__, words)]
        if not ALL_HINT_WORDS.isdisjoint(words):
            found += [weights.get(name, 0.0) for name in _names_of_kinds(words)]
        scores.append(fsum(found))  # exact, since a set has no order
    return scores


def _scores_of_tags(found: Sequence[tuple[str, ...]], weights: Mapping[str, float]) -> list[float]:
    """The score of each row of elements."""
    of_tags = {tag: weights.get(f"t:{tag}", 0.0) for tag in {*chain.from_iterable(found)}}
    return [
        sum(
            [of_tags[tag] for tag in dict.fromkeys(tags)]
            + [weights.get(name, 0.0) for name in _names_of_place(tags)]
        )
        for tags in found
    ]


def groups(pages: Sequence[Sequence[DomHints]]) -> tuple[Ints, list[tuple[str, ...]]]:
    """Number of the group of a page's blocks in elements of the same names, and inside such; those names."""
    found: list[int] = []
    elements: list[tuple[str, ...]] = []
    for hints in pages:
        begun = len(elements)
        numbers: dict[tuple[str, ...], int] = {}
        found += [numbers.setdefault(tags, begun + len(numbers)) for tags, _, _ in hints]
        elements += numbers
    return int_array(found), elements


class Places(NamedTuple):
    """Blocks of some pages, page by page: the number of each, and of its page, and the page's bounds."""

    here: Ints
    page: Ints
    first: Ints
    last: Ints

    @classmethod
    def of(cls, sizes: Sequence[int]) -> Places:
        """The blocks of pages of these sizes."""
        count = np.array(sizes, np.int64)
        page = np.arange(len(count)).repeat(count)
        last = np.cumsum(count)[page]
        return cls(np.arange(len(page)), page, last - count[page], last)


def context(counts: Counts, first: Floats32, places: Places, group: Ints | None) -> Floats32:
    """Features of the second layer: the first layer's scores of a block and around it on its page.

    Args:
        counts: what was counted in the blocks, of which there are some.
        first: the first layer's score of each block (log odds).
        places: where the blocks stand.
        group: the group of each block in the tree, `None` for plain text.

    Returns:
        A table, a row a feature and a column a block.
    """
    table = np.empty((_GROUPED if group is None else _COLUMNS, len(first)), np.float32)
    score, share, long_share = table[:3]
    np.minimum(np.maximum(first, -6), 6, out=score)  # np.clip takes three times as long for a page
    np.divide(1, 1 + np.exp(-score), out=share)
    size = np.sqrt(np.minimum(counts.chars, 2000))
    long, short = counts.words >= 12, counts.words <= 5
    np.multiply(share, long, out=long_share)
    np.multiply(score, long, out=table[3])
    np.multiply(score, short, out=table[4])
    np.maximum(score, 0, out=table[5])
    np.maximum(score - 2, 0, out=table[6])
    _neighbours(table[7:_WIDE], score, places)
    sums = _running(np.array([share * size, size, share, long_share * size]))
    _windows(table[_WIDE:_EDGES], sums[:3], short, places)
    _edges(table[_EDGES:_NEAR], sums[3], places)
    _gaps(table[_NEAR:_AGAIN], (score > _SURE) & long, places)
    _repeats(table[_AGAIN:_GROUPED], counts, places)
    if group is not None:
        _groups(table[_GROUPED:], group, share, size, score, places)
    return table


def _neighbours(table: Floats32, score: Floats32, places: Places) -> None:
    """The scores of the blocks one to three places above and below, and the lower of the two."""
    here = places.here + 3 * (places.page + 1)
    around = np.full(here[-1] + 4, _OUTSIDE, np.float32)
    around[here] = score
    sides = table.reshape(len(_STEPS), 3, len(here))
    sides[:, :2] = around.take(here + _NEAREST)
    np.minimum(sides[:, 0], sides[:, 1], out=sides[:, 2])


def _running(rows: Floats32) -> Floats:
    """Sums of the values of each row before a place."""
    sums = np.zeros((len(rows), rows.shape[1] + 1), np.int64)
    np.rint(rows / _FRACTION, out=sums[:, 1:], casting="unsafe")
    return sums.cumsum(axis=1, out=sums) * _FRACTION


def _windows(table: Floats32, sums: Floats, short: Flags, places: Places) -> None:
    """What the blocks around each one are, above it and below, in windows of several sizes."""
    wanted = places.here + _WINDOW_ENDS
    ends = np.maximum(wanted, places.first)
    np.minimum(ends, places.last, out=ends)
    around = sums.take(ends, 1)
    np.subtract(sums[:, None, :-1], around[:, 0], out=around[:, 0])
    np.subtract(around[:, 1], sums[:, None, 1:], out=around[:, 1])
    mass, weight, lines = around
    # Beyond its ends a page goes on, as it were, with short lines of furniture.
    ends -= wanted
    ends *= _BEYOND
    weight += ends + 1e-3
    found = table.reshape(len(_WINDOWS), 10, len(short)).swapaxes(0, 1)
    found[0:2] = mass / weight
    np.minimum(found[0], found[1], out=found[2])
    np.maximum(found[0], found[1], out=found[3])
    found[4:6] = lines / _WINDOWS
    np.minimum(found[4], found[5], out=found[6])
    np.multiply(found[0:2], short, out=found[7:9])
    np.multiply(found[6], short, out=found[9])


def _edges(table: Floats32, prose: Floats, places: Places) -> None:
    """How much of the prose of its page stands before a block and after it, and how much there is."""
    begin, end = prose.take(places.first), prose.take(places.last)
    total = end - begin + 1e-3
    sides = np.empty((2, len(begin)))
    np.subtract(prose[:-1], begin, out=sides[0])
    np.subtract(end, prose[1:], out=sides[1])
    sides[1] += 1e-3
    sides /= total
    np.less(sides, 0.002, out=table[0:2])
    np.less(sides, 0.05, out=table[2:4])
    table[4] = sides.min(axis=0) > 0.1
    table[5] = np.log1p(total) / 6


def _gaps(table: Floats32, sure: Flags, places: Places) -> None:
    """How far the nearest sure prose is, above and below, in blocks."""
    here, n = places.here, len(places.here)
    nearest = np.full((3, n), _FAR, np.float32)
    above, below, farther = nearest
    last = np.maximum.accumulate(np.where(sure, here, -1))
    upcoming = np.minimum.accumulate(np.where(sure, here, n)[::-1])[::-1]
    np.subtract(here[1:], last[:-1], out=above[1:], where=last[:-1] >= places.first[1:])
    np.subtract(upcoming[1:], here[:-1], out=below[:-1], where=upcoming[1:] < places.last[:-1])
    np.maximum(above, below, out=farther)
    np.less_equal(nearest, _GAPS, out=table.reshape(len(_GAPS), 3, n))


def _repeats(table: Floats32, counts: Counts, places: Places) -> None:
    """Lines that stand elsewhere on the page, and lines that begin as the next or the last one does."""
    lines = counts.whole + places.page.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    order = lines.argsort(kind="stable")  # here twice as fast as the usual kind
    first = begins(lines[order])
    table[:] = 0
    if not first.all():
        times = np.empty(len(lines), np.int64)
        sizes = lengths(first.nonzero()[0], len(lines))
        times[order] = sizes.repeat(sizes)
        np.equal(times, 2, out=table[0])
        np.greater(times, 2, out=table[1])
        np.greater(times, 5, out=table[2])
    same = (counts.head[1:] == counts.head[:-1]) & (counts.words[1:] >= 4)
    same &= places.page[1:] == places.page[:-1]
    table[3, 1:] = table[4, :-1] = same


def _groups(
    table: Floats32, group: Ints, share: Floats32, size: Floats32, score: Floats32, places: Places
) -> None:
    """What the blocks are that stand in elements of the same names as a block."""
    total = np.bincount(group, weights=size) + 1e-3
    mass = np.bincount(group, weights=size * share)
    mean = mass / total
    best = np.bincount(group, weights=np.maximum(score, 0) * size) / total
    page = np.zeros(len(total), np.int64)
    page[group] = places.page
    most = np.zeros(places.page[-1] + 1)
    np.maximum.at(most, page, total * mean)
    table[0] = mean[group]
    np.minimum(table[0], share, out=table[1])
    table[2] = np.log1p(np.bincount(group))[group]
    table[3] = best[group]
    table[4] = (total * mean / (most[page] + 1e-3))[group]


def best_sequence(scores: Sequence[float], switch: float) -> list[bool]:
    """Viterbi over content and boilerplate; a change costs `switch`, in units of the scores.

    Of the best two ways to a block, one ends in content and one in boilerplate. Where one leads by more
    than a change costs, the sequence must be in its state; elsewhere it stays as it is further on.
    """
    lead = -switch  # of the way that ends in content; a page begins in boilerplate
    leads: list[float] = []
    for score in scores:
        lead = (switch if lead > switch else -switch if lead < -switch else lead) + score
        leads.append(lead)
    state = False
    sequence: list[bool] = []
    for lead in reversed(leads):
        state = lead > switch or (state and lead >= -switch)
        sequence.append(state)
    sequence.reverse()
    return sequence


class BlockModel(NamedTuple):
    """Weights of the two layers, for HTML (`hints`) or for plain text.

    `own` has one weight a feature of the text, `around` one a feature of the context; the last of
    each is the constant.
    """

    own: Floats32
    around: Floats32
    hints: Mapping[str, float]
    switch: float
    use_hints: bool

    @classmethod
    def from_trained(cls, model: TrainedModel, kind: Literal["html", "text"]) -> BlockModel:
        """Take the weights of one kind out of a model folder."""
        arrays, settings = model.arrays, model.settings
        names, values = (settings["hints"], arrays["html_hints"]) if kind == "html" else ((), ())
        return cls(
            own=arrays[f"{kind}_own"],
            around=arrays[f"{kind}_around"],
            hints=dict(zip(names, [float(value) for value in values], strict=True)),
            switch=float(settings[f"{kind}_switch"]),
            use_hints=kind == "html",
        )

    def scores(
        self, pages: Sequence[tuple[int, Sequence[Block]]], chunks: ChunkTable
    ) -> tuple[Floats32, Counts]:
        """The log odds of being content of all blocks of some pages, and what was counted in them.

        Pages are given as the number of their text in `chunks` and their blocks.
        """
        counts = count_pages(pages, chunks, self.own[:-1])
        sizes = [len(blocks) for _, blocks in pages]
        if not any(sizes):
            return np.zeros(0, np.float32), counts
        first = counts.features + self.own[-1]
        group = None
        if self.use_hints:
            hints = [[block.hints or NO_HINTS for block in blocks] for _, blocks in pages]
            group, elements = groups(hints)
            first = first + hint_scores([*chain.from_iterable(hints)], self.hints, group, elements)
        table = context(counts, first, Places.of(sizes), group)
        return weighed(table, self.around[:-1]) + self.around[-1], counts
