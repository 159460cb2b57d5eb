"""A linear classifier of text blocks: content of the page or not, for HTML and plain text alike.

Two logistic layers and a search. The first scores a block by its own words and, in HTML, its place
in the tree; the second by the first's scores around it (stacked sequential learning, Cohen and
Carvalho 2005); the best sequence of content and boilerplate is then found by Viterbi.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from mtag.blockfeatures import Counts, count_pages
from mtag.chrome import HINT_WORDS
from mtag.document import Block, DomHints
from mtag.model import TrainedModel
from mtag.wordhash import Floats, Ints

_OUTSIDE = -3.0
"""Score of the blocks that stand, as it were, above the first and below the last."""

_WINDOWS = (2, 5, 12, 30)
_LINK_BINS = (0.01, 0.2, 0.5, 0.8, 0.99)
_SURE = 1.0
_GAPS = (1, 2, 3, 5, 9, 17, 33, 65)


def hint_names(hints: DomHints) -> list[str]:
    """Names of the features of a block's place in the tree: elements, innermost ones, hint words."""
    tags = hints.tags
    names = [f"w:{word}" for word in sorted(hints.words)]
    names += [f"t:{tag}" for tag in dict.fromkeys(tags)]
    if tags:
        names.append(f"i:{tags[-1]}")
        names.append(f"p:{tags[-2] if len(tags) > 1 else ''}>{tags[-1]}")
    names += [f"k:{kind}" for kind, words in HINT_WORDS.items() if not words.isdisjoint(hints.words)]
    names.append(f"d:{min(len(tags), 20) // 2}")
    names += [f"l:{edge}" for edge in _LINK_BINS if hints.link_share >= edge]
    return names


def hint_scores(blocks: Sequence[Block], weights: Mapping[str, float]) -> Floats:
    """Sum of the weights of each block's hints."""
    scores = np.zeros(len(blocks), np.float32)
    known: dict[tuple[tuple[str, ...], frozenset[str], int], float] = {}
    for number, block in enumerate(blocks):
        hints = block.hints
        if hints is None:
            continue
        links = sum([hints.link_share >= edge for edge in _LINK_BINS])
        key = (hints.tags, hints.words, links)
        score = known.get(key)
        if score is None:
            score = known[key] = sum([weights.get(name, 0.0) for name in hint_names(hints)])
        scores[number] = score
    return scores


def groups(blocks: Sequence[Block]) -> Ints:
    """Number of the group of blocks in elements of the same names, inside elements of the same names."""
    numbers: dict[tuple[str, ...], int] = {}
    return np.array(
        [
            numbers.setdefault(b.hints.tags if b.hints else ("", str(i)), len(numbers))
            for i, b in enumerate(blocks)
        ],
        np.int64,
    )


def context(counts: Counts, first: Floats, group: Ints | None) -> Floats:
    """Features of the second layer: the first layer's scores of a block and around it.

    Args:
        counts: what was counted in the blocks.
        first: the first layer's score of each block (log odds).
        group: the group of each block in the tree, `None` for plain text.
    """
    n = len(first)
    score = np.clip(first, -6, 6)
    share = 1 / (1 + np.exp(-score))
    size = np.sqrt(np.minimum(counts.chars, 2000)).astype(np.float32)
    long = (counts.words >= 12).astype(np.float32)
    short = (counts.words <= 5).astype(np.float32)
    columns: list[npt.NDArray[Any]] = [
        score,
        share,
        share * long,
        score * long,
        score * short,
        np.maximum(score, 0),
        np.maximum(score - 2, 0),
    ]
    around = np.full(n + 6, _OUTSIDE, score.dtype)
    around[3 : n + 3] = score
    for step in (1, 2, 3):
        before, after = around[3 - step : n + 3 - step], around[3 + step : n + 3 + step]
        columns += [before, after, np.minimum(before, after)]
    here = np.arange(n)
    columns += _window_columns(here, share, size, short)
    prose = _running(share * long * size)
    total = prose[-1] + 1e-3
    before, after = prose[:-1] / total, (total - prose[1:]) / total
    columns += [before < 0.002, after < 0.002, before < 0.05, after < 0.05, np.minimum(before, after) > 0.1]
    columns.append(np.full(n, np.log1p(total) / 6))
    sure = (score > _SURE) & (counts.words >= 12)
    columns += _gap_columns(sure, here)
    columns += _repeats(counts)
    if group is not None:
        columns += _group_columns(group, share, size, score)
    if not n:
        return np.zeros((0, 1), np.float32)
    table = np.empty((len(columns), n), np.float32)
    for number, column in enumerate(columns):
        table[number] = column
    return np.ascontiguousarray(table.T)


def _window_columns(
    here: Ints, share: npt.NDArray[Any], size: Floats, short: Floats
) -> Iterator[npt.NDArray[Any]]:
    """Yield what the blocks around each one are, above it and below, in windows of several sizes."""
    n = len(here)
    mass, weight, lines = _running(share * size), _running(size), _running(share)
    window = np.array(_WINDOWS)[:, None]
    low, high = np.maximum(here - window, 0), np.minimum(here + window + 1, n)
    # Beyond its ends a page goes on, as it were, with short lines of furniture.
    beyond_above, beyond_below = 5 * (window - (here - low)), 5 * (window + 1 - (high - here))
    above = (mass[here] - mass[low]) / (weight[here] - weight[low] + beyond_above + 1e-3)
    below = (mass[high] - mass[here + 1]) / (weight[high] - weight[here + 1] + beyond_below + 1e-3)
    line_above = (lines[here] - lines[low]) / window
    line_below = (lines[high] - lines[here + 1]) / window
    line_least = np.minimum(line_above, line_below)
    found = [above, below, np.minimum(above, below), np.maximum(above, below)]
    found += [line_above, line_below, line_least]
    found += [short * above, short * below, short * line_least]
    for row in range(len(_WINDOWS)):
        yield from (column[row] for column in found)


def _running(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    return np.concatenate((np.zeros(1), np.cumsum(values, dtype=np.float64)))


def _gap_columns(sure: npt.NDArray[np.bool_], here: Ints) -> list[npt.NDArray[Any]]:
    """How far the nearest sure prose is, above and below, in blocks."""
    n = len(here)
    last = np.maximum.accumulate(np.where(sure, here, -1000)) if n else here
    upcoming = np.minimum.accumulate(np.where(sure, here, n + 1000)[::-1])[::-1] if n else here
    above = np.concatenate(([1000], here[1:] - last[:-1])) if n else here
    below = np.concatenate((upcoming[1:] - here[:-1], [1000])) if n else here
    edges = np.array(_GAPS)[:, None]
    near_above, near_below = above <= edges, below <= edges
    near = near_above & near_below
    return [column[row] for row in range(len(_GAPS)) for column in (near_above, near_below, near)]


def _repeats(counts: Counts) -> list[npt.NDArray[Any]]:
    """Lines that stand elsewhere on the page, and lines that begin as the next or the last one does."""
    _, place, times = np.unique(counts.whole, return_inverse=True, return_counts=True)
    times = times[place] if len(place) else times
    same = np.zeros(len(place), bool)
    same[1:] = (counts.head[1:] == counts.head[:-1]) & (counts.words[1:] >= 4)
    follows = np.zeros(len(place), bool)
    follows[:-1] = same[1:]
    return [times == 2, times > 2, times > 5, same, follows]


def _group_columns(
    group: Ints, share: npt.NDArray[Any], size: npt.NDArray[Any], score: npt.NDArray[Any]
) -> list[npt.NDArray[Any]]:
    total = np.bincount(group, weights=size) + 1e-3
    mean = np.bincount(group, weights=size * share) / total
    members = np.bincount(group)
    best = np.bincount(group, weights=np.maximum(score, 0) * size) / total
    leading = total * mean / (np.max(total * mean) + 1e-3) if len(total) else total
    return [
        mean[group],
        np.minimum(mean[group], share),
        np.log1p(members[group]),
        best[group],
        leading[group],
    ]


def best_sequence(scores: Sequence[float], switch: float) -> list[bool]:
    """Viterbi over content and boilerplate; a change costs `switch`, in units of the scores."""
    out, inside = 0.0, -switch
    from_out: list[bool] = []
    from_in: list[bool] = []
    for score in scores:
        come_out, come_in = inside - switch, out - switch
        from_in.append(come_out > out)
        from_out.append(come_in > inside)
        out, inside = (come_out if come_out > out else out), (come_in if come_in > inside else inside) + score
    state = inside - switch > out
    sequence: list[bool] = []
    for number in range(len(from_in) - 1, -1, -1):
        sequence.append(state)
        state = not from_out[number] if state else from_in[number]
    sequence.reverse()
    return sequence


@dataclass(frozen=True, slots=True)
class BlockModel:
    """Weights of the two layers, for HTML (`hints`) or for plain text.

    `own` has one weight a feature of the text, `around` one a feature of the context; the last of
    each is the constant.
    """

    own: Floats
    around: Floats
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

    def scores(self, pages: Sequence[tuple[str, Sequence[Block]]]) -> list[tuple[Floats, Counts]]:
        """For each page the log odds of its blocks being content, and what was counted in them."""
        counted = count_pages(pages, self.own[:-1, None])
        return [
            (self._scores(blocks, counts), counts) for (_, blocks), counts in zip(pages, counted, strict=True)
        ]

    def _scores(self, blocks: Sequence[Block], counts: Counts) -> Floats:
        first = counts.features[:, 0] + self.own[-1]
        if self.use_hints:
            first = first + hint_scores(blocks, self.hints)
        columns = context(counts, first, groups(blocks) if self.use_hints else None)
        return columns @ self.around[:-1] + self.around[-1] if len(columns) else np.zeros(0, np.float32)
