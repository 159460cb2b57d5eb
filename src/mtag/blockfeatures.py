"""Features of text blocks for the block classifier, counted with NumPy over many blocks at once.

All words are hashed in one pass (a polynomial hash by prefix sums, Karp and Rabin 1987), so that no
Python code runs for a character or a word. A block is read at its first `HEAD` and last `TAIL`
characters; arrays are bounded by the chunk, whatever the length of a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mtag import charkinds as char
from mtag.document import Block
from mtag.featuretable import Tally, matrix, scores
from mtag.furniture import KINDS
from mtag.wordhash import (
    COMMON,
    Floats,
    Ints,
    Words,
    known_words,
    line_hashes,
    phrase_cover,
    powers,
)

HEAD = 1200
TAIL = 120
LABEL = 60
_CHUNK_CHARS = 200_000
_CHUNK_BLOCKS = 20_000

_QUOTES = tuple(map(ord, '"“«'))


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
    digits: npt.NDArray[np.bool_]
    """Whether the block has a digit."""
    labelled: npt.NDArray[np.bool_]
    """Whether a colon stands in its first `LABEL` characters."""
    terminal: npt.NDArray[np.bool_]
    """Whether the block ends as a sentence does."""
    listed: npt.NDArray[np.bool_]
    """Whether it begins with a bullet or a dash."""
    quoted: npt.NDArray[np.bool_]
    """Whether it begins with a quotation mark."""
    kind: Ints
    """Index of the kind of furniture (`KINDS`) whose phrases fill most of the block, else -1."""
    kind_share: Floats
    """Share of the words seen that stand in phrases of that kind."""


def count(text: str, blocks: Sequence[Block], weights: Floats | None = None) -> Counts:
    """Count what the classifier needs in each block of a page; see `count_pages`."""
    return count_pages([(text, blocks)], weights)


def count_pages(pages: Sequence[tuple[str, Sequence[Block]]], weights: Floats | None = None) -> Counts:
    """Count what the classifier needs in each block of some pages, in as few passes as there is room for.

    Args:
        pages: texts, and the blocks of each, in order.
        weights: one a feature; where given, `features` holds the sum that they make of each block's
            features instead, so that a million lines need no matrix of a million rows.

    Returns:
        The counts of all blocks, page by page.
    """
    pieces: list[str] = []
    chars: list[int] = []
    for text, blocks in pages:
        sizes = [end - start for start, end, _ in blocks]
        chars += sizes
        if max(sizes, default=0) <= HEAD + TAIL:
            pieces += [text[start:end] for start, end, _ in blocks]
        else:
            pieces += [_piece(text, start, end) for start, end, _ in blocks]
    parts = [
        _count_chunk(pieces[first:last], np.array(chars[first:last], np.float32), weights)
        for first, last in pairwise(_bounds(pieces))
    ]
    return parts[0] if len(parts) == 1 else Counts(*map(np.concatenate, zip(*parts, strict=True)))


def _piece(text: str, start: int, end: int) -> str:
    if end - start <= HEAD + TAIL:
        return text[start:end]
    return f"{text[start : start + HEAD]} {text[end - TAIL : end]}"


def _bounds(pieces: Sequence[str]) -> list[int]:
    """Where the chunks of pieces begin that are counted in one pass, and where the last one ends."""
    ends = list(accumulate(map(len, pieces)))
    bounds = [0]
    if len(pieces) > _CHUNK_BLOCKS or (ends and ends[-1] > _CHUNK_CHARS):
        for number in range(1, len(pieces)):
            first = bounds[-1]
            size = ends[number] - (ends[first - 1] if first else 0)
            if size > _CHUNK_CHARS or number - first == _CHUNK_BLOCKS:
                bounds.append(number)
    return [*bounds, len(pieces)]


def _count_chunk(pieces: Sequence[str], chars: Floats, weights: Floats | None) -> Counts:
    """Count in some pieces of blocks; all chunks but the only one of no blocks have a piece."""
    n = len(pieces)
    joined = "\n" + "\n".join(pieces) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    kinds = char.CHARACTERS.kinds(codes)
    sizes = np.fromiter(map(len, pieces), np.int64, n)
    last = (sizes + 1).cumsum()
    first = last - sizes
    wordy = (kinds >= char.LOWER) & (kinds <= char.DIGIT)
    edges = (wordy[1:] != wordy[:-1]).nonzero()[0] + 1
    starts, ends = edges[0::2], edges[1::2]
    word_first = starts.searchsorted(first)
    seen = starts.searchsorted(last) - word_first
    return _assemble(
        _Chunk(n, chars, codes, kinds, sizes, first, starts, ends, word_first, seen),
        _word_hashes(codes, starts, ends),
        weights,
    )


class _Chunk(NamedTuple):
    """Blocks whose text stands in one row of characters, each with a line end before it and behind it.

    Of each block there are the characters it has in all and those seen, where it begins, where its
    words begin among all words, and how many there are; of each word where it stands.
    """

    n: int
    chars: Floats
    codes: Ints
    kinds: npt.NDArray[np.uint8]
    sizes: Ints
    first: Ints
    starts: Ints
    ends: Ints
    word_first: Ints
    seen: Ints


def _word_hashes(codes: Ints, starts: Ints, ends: Ints) -> Words:
    up, down = powers(len(codes))
    prefix = char.CHARACTERS.letters.take(codes, mode="clip")
    prefix *= up[: len(codes)]
    prefix.cumsum(out=prefix)
    hashes = prefix.take(ends - 1)
    hashes -= prefix.take(starts - 1)
    hashes *= down.take(starts)
    hashes ^= hashes >> np.uint64(31)
    hashes *= np.uint64(0xD6E8FEB86659FD93)
    hashes ^= hashes >> np.uint64(29)
    return hashes


def _assemble(chunk: _Chunk, hashes: Words, weights: Floats | None) -> Counts:
    n, kinds, starts = chunk.n, chunk.kinds, chunk.starts
    owner = np.arange(n).repeat(chunk.seen)
    known = known_words(hashes)
    traits = (kinds.take(starts) == char.UPPER) + 2 * (chunk.ends - starts >= 7) + 4 * ((known & COMMON) > 0)
    capitals, long_words, stops = _tally_bits(owner, traits, n)
    counts, labelled = _count_kinds(chunk)
    covered, opens = phrase_cover(hashes, known, owner, chunk.word_first, chunk.seen)
    whole, head = line_hashes(hashes, chunk.word_first, chunk.seen)
    seen = chunk.seen.astype(np.float32)
    seen_chars = chunk.sizes.astype(np.float32)
    words = seen * np.maximum(chunk.chars / seen_chars, 1)
    begin, end = _first_and_last(chunk)
    tally = Tally(
        *(chunk.chars, seen_chars, words, seen, counts, capitals, long_words, stops),
        *(begin, end, covered, opens),
    )
    furniture = covered[: len(KINDS) - 1]
    filled = furniture.max(axis=0)
    opener = chunk.codes[chunk.first]
    return Counts(
        chars=chunk.chars,
        words=words,
        features=matrix(tally) if weights is None else scores(tally, weights),
        whole=whole,
        head=head,
        stops=stops,
        digits=counts[char.DIGIT] > 0,
        labelled=labelled,
        terminal=(end == char.STOP) | (end == char.ASK) | (end == char.ELLIPSIS),
        listed=(begin == char.DASH) | (begin == char.BULLET),
        quoted=(opener == _QUOTES[0]) | (opener == _QUOTES[1]) | (opener == _QUOTES[2]),
        kind=np.where(filled > 0, furniture.argmax(axis=0), -1),
        kind_share=filled / np.maximum(seen, 1),
    )


_BITS = np.array([[value >> bit & 1 for bit in range(3)] for value in range(8)])


def _tally_bits(owner: Ints, traits: Ints, n: int) -> tuple[Floats, Floats, Floats]:
    """How many of each block's words have each of three traits."""
    table = np.bincount(owner * 8 + traits, minlength=8 * n).reshape(n, 8)
    capitals, long_words, common = (table @ _BITS).T.astype(np.float32)
    return capitals, long_words, common


def _count_kinds(chunk: _Chunk) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Characters of each kind in each block (no spaces), and whether there is a colon near its beginning.

    The common kinds are not counted one by one: small letters are what is left of the words.
    """
    n, kinds = chunk.n, chunk.kinds
    rare = ((kinds != char.LOWER) & (kinds != char.SPACE)).nonzero()[0]
    owner = np.arange(n).repeat(rare.searchsorted(chunk.first + chunk.sizes) - rare.searchsorted(chunk.first))
    seen = kinds.take(rare)
    cells = np.bincount(seen * np.int64(n) + owner, minlength=char.COUNT * n)
    counts = cells.reshape(char.COUNT, n).astype(np.float32)
    lengths = np.zeros(len(chunk.starts) + 1, np.int64)
    np.subtract(chunk.ends, chunk.starts, out=lengths[1:])
    lengths.cumsum(out=lengths)
    wordy = lengths[chunk.word_first + chunk.seen] - lengths[chunk.word_first]
    counts[char.LOWER] = wordy - counts[char.UPPER] - counts[char.DIGIT]
    colons = (seen == char.COLON).nonzero()[0]
    holder = owner[colons]
    labelled = np.zeros(n, np.bool_)
    labelled[holder[rare[colons] - chunk.first[holder] < LABEL]] = True
    return counts, labelled


def _first_and_last(chunk: _Chunk) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Kinds of the first and the last character; a full stop inside closing quotes or brackets counts."""
    last = chunk.first + chunk.sizes - 1
    begin, end = chunk.kinds[chunk.first], chunk.kinds[last]
    before = chunk.kinds[np.maximum(last - 1, chunk.first)]
    closes = (before == char.STOP) | (before == char.ASK) | (before == char.ELLIPSIS)
    inside = ((end == char.QUOTE) | (end == char.CLOSE)) & closes
    return begin, np.where(inside, before, end)
