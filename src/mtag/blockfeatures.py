"""Features of text blocks for the block classifier, counted with NumPy over many blocks at once.

What is counted is read off the chunks of a batch (`chunktallies`), so that no Python code runs for a
character or a word. A block is read at its first `HEAD` and last `TAIL` characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mtag import charkinds as char
from mtag.arrays import Flags, Floats32, Hashes, Ints, int_array
from mtag.chunks import MIXED, ChunkTable, codes_of, kinds_of_codes, read_chunks
from mtag.chunktallies import CAPITALS, STOP_WORDS, WORDS, tally
from mtag.document import Block
from mtag.featuretable import Tally, matrix, scores
from mtag.furniture import KINDS
from mtag.wordhash import line_hashes, phrase_cover

HEAD = 1200
TAIL = 120
LABEL = 60
_PORTION_CHARS = 200_000
_PORTION_BLOCKS = 20_000

_ENDS_SENTENCE, _CLOSES, _LISTS = (
    np.isin(np.arange(256), kinds)
    for kinds in (
        (char.FULL_STOP, char.ASK, char.ELLIPSIS),
        (char.QUOTE, char.CLOSE),
        (char.DASH, char.BULLET),
    )
)


class Counts(NamedTuple):
    """What is counted in each block; every array has one row a block."""

    chars: Floats32
    words: Floats32
    features: Floats32
    whole: Hashes
    """Hash of all the words seen: equal for equal lines, whatever their case and punctuation."""
    head: Hashes
    """Hash of the first four words."""
    stops: Floats32
    """Hashes that are among the commonest of either language."""
    digits: Flags
    """Whether the block has a digit."""
    labelled: Flags
    """Whether a colon stands in its first `LABEL` characters."""
    terminal: Flags
    """Whether the block ends as a sentence does."""
    listed: Flags
    """Whether it begins with a bullet or a dash."""
    quoted: Flags
    """Whether it begins with a quotation mark."""
    kind: Ints
    """Index of the kind of furniture (`KINDS`) whose phrases fill most of the block, else -1."""
    kind_share: Floats32
    """Share of the words seen that stand in phrases of that kind."""
    opening: npt.NDArray[np.uint8]
    """Code of the first character (`chunks.codes_of`)."""
    closing: npt.NDArray[np.uint8]
    """Code of the last character."""


def count(text: str, blocks: Sequence[Block], weights: Floats32 | None = None) -> Counts:
    """Count what the classifier needs in each block of a page; see `count_pages`."""
    return count_pages([(0, blocks)], read_chunks([text]), weights)


def count_pages(
    pages: Sequence[tuple[int, Sequence[Block]]], chunks: ChunkTable, weights: Floats32 | None = None
) -> Counts:
    """Count what the classifier needs in each block of some pages, in as few passes as there is room for.

    Args:
        pages: the numbers of texts, and the blocks of each, in order.
        chunks: the chunks of all texts.
        weights: one a feature; where given, `features` holds the sum that they make of each block's
            features instead, so that a million lines need no matrix of a million rows.

    Returns:
        The counts of all blocks, page by page.
    """
    blocks = [*chain.from_iterable([own for _, own in pages])]
    bounds = np.empty((len(blocks), 2), np.int64)
    if blocks:
        base = chunks.bases[[number for number, _ in pages]].repeat([len(own) for _, own in pages])
        for column, ends in zip(bounds.T, zip(*blocks, strict=True), strict=False):
            np.add(int_array(ends), base, out=column)
    if len(chunks.text) <= _PORTION_CHARS and len(bounds) <= _PORTION_BLOCKS:
        return _count(chunks, bounds, weights)
    parts = [_count(chunks, bounds[first:last], weights) for first, last in pairwise(_portions(bounds))]
    return Counts(*map(np.concatenate, zip(*parts, strict=True)))


def _portions(bounds: Ints) -> list[int]:
    """Where the portions of blocks begin that are counted in one pass, and where the last one ends."""
    sizes = np.minimum(bounds[:, 1] - bounds[:, 0], HEAD + TAIL)
    ends = sizes.cumsum()
    edges = [0]
    while edges[-1] < len(sizes):
        room = ends.searchsorted(ends[edges[-1]] - sizes[edges[-1]] + _PORTION_CHARS, "right")
        edges.append(min(int(room), edges[-1] + _PORTION_BLOCKS))
    return edges if len(edges) > 1 else [0, 0]


def _count(chunks: ChunkTable, bounds: Ints, weights: Floats32 | None) -> Counts:
    """Count in some blocks, which begin and end so."""
    starts, ends = bounds.T
    sizes = ends - starts
    spans, groups, shown = _shown(bounds, sizes)
    found = tally(chunks, spans, groups)
    word_edges = np.zeros(len(sizes) + 1, np.int64)
    found.counts[WORDS].cumsum(out=word_edges[1:])
    covered, opens = phrase_cover(found.hashes, found.traits, word_edges)
    whole, head = line_hashes(found.hashes, word_edges)
    counts = found.counts.astype(np.float32)
    seen, stops = counts[WORDS], counts[STOP_WORDS]
    chars = sizes.astype(np.float32)
    seen_chars, words = chars, seen
    if groups is not None:
        seen_chars = shown.astype(np.float32)
        words = seen * np.maximum(chars / seen_chars, 1)
    edges, (closing, opening) = _first_and_last(chunks, starts, ends)
    safe = np.maximum(seen, 1)
    tallied = Tally(
        chars=chars,
        seen_chars=seen_chars,
        words=words,
        seen=seen,
        counts=counts[: char.COUNT],
        shares=counts[CAPITALS : STOP_WORDS + 1] / safe,
        edges=edges,
        covered=covered,
        opens=opens,
    )
    furniture = covered[: len(KINDS) - 1]
    filled = furniture.max(axis=0)
    return Counts(
        chars=chars,
        words=words,
        features=matrix(tallied) if weights is None else scores(tallied, weights),
        whole=whole,
        head=head,
        stops=stops,
        digits=counts[char.DIGIT] > 0,
        labelled=_labelled(chunks.text, starts, sizes, counts[char.COLON] > 0),
        terminal=_ENDS_SENTENCE.take(edges[0]),
        listed=_LISTS.take(edges[1]),
        quoted=_quotes().take(opening),
        kind=furniture.argmax(axis=0) - (filled == 0),
        kind_share=filled / safe,
        opening=opening,
        closing=closing,
    )


def _labelled(text: str, starts: Ints, sizes: Ints, colons: Flags) -> Flags:
    """Which blocks have a colon among their first `LABEL` characters; `colons` tells which have one."""
    labelled = colons.copy()
    long = (colons & (sizes > LABEL)).nonzero()[0]
    for number, start in zip(long.tolist(), starts.take(long).tolist(), strict=True):
        labelled[number] = text.find(":", start, start + LABEL) >= 0
    return labelled


def _shown(bounds: Ints, sizes: Ints) -> tuple[Ints, Ints | None, Ints]:
    """The spans that are read, the first one of each block where some have two, the characters of each block.

    Those of a long block are counted as if a space stood between its head and its tail.
    """
    long = sizes > HEAD + TAIL
    if not long.any():
        return bounds, None, sizes
    number = 1 + long
    first = number.cumsum() - number
    spans = bounds.repeat(number, axis=0)
    heads = first[long]
    spans[heads, 1] = bounds[long, 0] + HEAD
    spans[heads + 1, 0] = bounds[long, 1] - TAIL
    return spans, first, np.where(long, HEAD + TAIL + 1, sizes)


def _first_and_last(
    chunks: ChunkTable, starts: Ints, ends: Ints
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Kinds of the last and the first character, a row each, and their codes.

    A full stop inside closing quotes or brackets counts as the last character.
    """
    places = np.empty((2, len(starts)), np.int64)
    np.subtract(ends, 1, out=places[0])
    places[1] = starts
    codes = chunks.codes.take(places)
    kinds = kinds_of_codes().take(codes)
    if (mixed := kinds == MIXED).any():
        kinds[mixed] = [char.kind_of(chunks.text[place]) for place in places[mixed].tolist()]
    last = kinds[0]
    closed = _CLOSES.take(last).nonzero()[0]
    before = kinds_of_codes().take(chunks.codes.take(np.maximum(ends - 2, starts).take(closed)))
    ended = _ENDS_SENTENCE.take(before)
    last[closed[ended]] = before[ended]
    return kinds, codes


@lru_cache(maxsize=1)
def _quotes() -> Flags:
    """Whether a block that begins with a character of this code may be a quotation."""
    return np.isin(np.arange(256), codes_of('"“«'))
