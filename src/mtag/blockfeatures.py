"""Features of text blocks for the block classifier, counted with NumPy over many blocks at once.

What is counted is read off the chunks of a batch (`chunktallies`), so that no Python code runs for a
character or a word. A block is read at its first `HEAD` and last `TAIL` characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mtag import charkinds as char
from mtag.chunks import MIXED, ChunkTable, Flags, codes_of, kinds_of_codes, read_chunks
from mtag.chunktallies import CAPITALS, LONG_WORDS, STOPS, WORDS, tally
from mtag.document import Block
from mtag.featuretable import Tally, matrix, scores
from mtag.furniture import KINDS
from mtag.wordhash import Floats, Ints, Words, line_hashes, phrase_cover
from mtag.wordtable import any_of

HEAD = 1200
TAIL = 120
LABEL = 60
_PORTION_CHARS = 200_000
_PORTION_BLOCKS = 20_000

_ENDS_SENTENCE, _CLOSES, _LISTS = (
    np.isin(np.arange(char.COUNT), kinds)
    for kinds in ((char.STOP, char.ASK, char.ELLIPSIS), (char.QUOTE, char.CLOSE), (char.DASH, char.BULLET))
)


class Counts(NamedTuple):
    """What is counted in each block; every array has one row a block."""

    chars: Floats
    words: Floats
    features: Floats
    whole: Words
    """Hash of all the words seen: equal for equal lines, whatever their case and punctuation."""
    head: Words
    """Hash of the first four words."""
    stops: Floats
    """Words that are among the commonest of either language."""
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
    kind_share: Floats
    """Share of the words seen that stand in phrases of that kind."""


def count(text: str, blocks: Sequence[Block], weights: Floats | None = None) -> Counts:
    """Count what the classifier needs in each block of a page; see `count_pages`."""
    return count_pages([(0, blocks)], read_chunks([text]), weights)


def count_pages(
    pages: Sequence[tuple[int, Sequence[Block]]], chunks: ChunkTable, weights: Floats | None = None
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
    bounds = [bound for _, blocks in pages for start, end, _ in blocks for bound in (start, end)]
    sizes = [len(blocks) for _, blocks in pages]
    starts, ends = np.array(bounds, np.int64).reshape(-1, 2).T + chunks.bases[[n for n, _ in pages]].repeat(
        sizes
    )
    parts = [
        _count(chunks, starts[first:last], ends[first:last], weights)
        for first, last in pairwise(_portions(np.minimum(ends - starts, HEAD + TAIL)))
    ]
    return parts[0] if len(parts) == 1 else Counts(*map(np.concatenate, zip(*parts, strict=True)))


def _portions(sizes: Ints) -> list[int]:
    """Where the portions of blocks begin that are counted in one pass, and where the last one ends."""
    bounds = [0]
    if len(sizes) > _PORTION_BLOCKS or sizes.sum() > _PORTION_CHARS:
        ends = sizes.cumsum()
        while bounds[-1] < len(sizes):
            room = ends.searchsorted(ends[bounds[-1]] - sizes[bounds[-1]] + _PORTION_CHARS, "right")
            bounds.append(min(int(room), bounds[-1] + _PORTION_BLOCKS))
        return bounds
    return [0, len(sizes)]


def _count(chunks: ChunkTable, starts: Ints, ends: Ints, weights: Floats | None) -> Counts:
    """Count in some blocks."""
    sizes = ends - starts
    shown, low, high, groups = sizes, starts, ends, None
    if (long := sizes > HEAD + TAIL).any():
        spans = 1 + long
        groups = spans.cumsum() - spans
        low, high = starts.repeat(spans), ends.repeat(spans)
        high[groups[long]] = starts[long] + HEAD
        low[groups[long] + 1] = ends[long] - TAIL
        shown = np.where(long, HEAD + TAIL + 1, sizes)  # as if a space stood between the two
    found = tally(chunks, low, high, groups)
    seen = found.counts[WORDS]
    first = seen.cumsum() - seen
    covered, opens = phrase_cover(found.hashes, found.traits, first, seen)
    whole, head = line_hashes(found.hashes, first, seen)
    counts = found.counts.astype(np.float32)
    chars, seen_chars = sizes.astype(np.float32), shown.astype(np.float32)
    words = counts[WORDS] * np.maximum(chars / seen_chars, 1)
    begin, end, quoted = _first_and_last(chunks, starts, ends)
    tallied = Tally(
        chars=chars,
        seen_chars=seen_chars,
        words=words,
        seen=counts[WORDS],
        counts=counts[: char.COUNT],
        capitals=counts[CAPITALS],
        long_words=counts[LONG_WORDS],
        stops=counts[STOPS],
        begin=begin,
        end=end,
        covered=covered,
        opens=opens,
    )
    furniture = covered[: len(KINDS) - 1]
    filled = furniture.max(axis=0)
    colons = chunks.places(any_of(":"))
    return Counts(
        chars=chars,
        words=words,
        features=matrix(tallied) if weights is None else scores(tallied, weights),
        whole=whole,
        head=head,
        stops=counts[STOPS],
        digits=counts[char.DIGIT] > 0,
        labelled=colons.searchsorted(starts) < colons.searchsorted(np.minimum(starts + LABEL, ends)),
        terminal=_ENDS_SENTENCE.take(end),
        listed=_LISTS.take(begin),
        quoted=quoted,
        kind=np.where(filled > 0, furniture.argmax(axis=0), -1),
        kind_share=filled / np.maximum(counts[WORDS], 1),
    )


def _first_and_last(
    chunks: ChunkTable, starts: Ints, ends: Ints
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], Flags]:
    """Kinds of the first and the last character, and whether the first is a quotation mark.

    A full stop inside closing quotes or brackets counts as the last character.
    """
    places = np.array([starts, np.maximum(ends - 2, starts), ends - 1])
    codes = chunks.codes.take(places)
    kinds = kinds_of_codes().take(codes)
    for row, column in zip(*(kinds == MIXED).nonzero(), strict=True):
        kinds[row, column] = char.kind_of(chunks.text[places[row, column]])
    begin, before, end = kinds
    inside = _ENDS_SENTENCE.take(before) & _CLOSES.take(end)
    return begin, np.where(inside, before, end), _quotes().take(codes[0])


@lru_cache(maxsize=1)
def _quotes() -> Flags:
    """Whether a block that begins with a character of this code may be a quotation."""
    return np.isin(np.arange(256), codes_of('"“«'))
