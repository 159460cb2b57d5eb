"""Features of text blocks for the block classifier, counted with NumPy over many blocks at once.

All words are hashed in one pass (a polynomial hash by prefix sums, Karp and Rabin 1987), so that no
Python code runs for a character or a word. A block is read at its first `HEAD` and last `TAIL`
characters; work and memory are bounded by the chunk, whatever the length of a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from mtag import charkinds as char
from mtag.document import Block
from mtag.furniture import KINDS
from mtag.wordhash import (
    COMMON,
    OPENS,
    TABLE,
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

_WORD_BINS = np.array([1, 2, 3, 4, 6, 9, 13, 19, 31, 61, 121], np.float32)
_STOP_BINS = np.array([0.0, 0.01, 0.15, 0.25, 0.35, 0.45])
_CAPITAL_BINS = np.array([0.0, 0.01, 0.2, 0.5, 0.75, 0.999])
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
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    if not joined.isascii():
        codes = np.minimum(codes, TABLE - 1)
    kinds = char.CHARACTERS.kinds(codes)
    sizes = np.fromiter(map(len, pieces), np.int64, n)
    last = np.cumsum(sizes + 1)
    first = last - sizes
    wordy = (kinds >= char.LOWER) & (kinds <= char.DIGIT)
    edges = np.flatnonzero(wordy[1:] != wordy[:-1]) + 1
    starts, ends = edges[0::2], edges[1::2]
    word_first = np.searchsorted(starts, first)
    seen = np.searchsorted(starts, last) - word_first
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
    codes: npt.NDArray[np.uint32]
    kinds: npt.NDArray[np.uint8]
    sizes: Ints
    first: Ints
    starts: Ints
    ends: Ints
    word_first: Ints
    seen: Ints


def _word_hashes(codes: npt.NDArray[np.uint32], starts: Ints, ends: Ints) -> Words:
    up, down = powers(len(codes))
    prefix = char.CHARACTERS.letters.take(codes)
    prefix *= up[: len(codes)]
    np.cumsum(prefix, out=prefix)
    hashes = (prefix[ends - 1] - prefix[starts - 1]) * down[starts]
    hashes ^= hashes >> np.uint64(31)
    hashes *= np.uint64(0xD6E8FEB86659FD93)
    hashes ^= hashes >> np.uint64(29)
    return hashes


def _assemble(chunk: _Chunk, hashes: Words, weights: Floats | None) -> Counts:
    n, kinds, starts = chunk.n, chunk.kinds, chunk.starts
    owner = np.arange(n).repeat(chunk.seen)
    known = known_words().look_up(hashes)
    traits = (kinds[starts] == char.UPPER) + 2 * (chunk.ends - starts >= 7) + 4 * ((known & COMMON) > 0)
    capitals, long_words, stops = _tally_bits(owner, traits, n)
    counts, labelled = _count_kinds(chunk)
    opening = np.flatnonzero(known & OPENS)
    covered, opens = phrase_cover(hashes, opening, owner[opening], chunk.word_first, chunk.seen)
    whole, head = line_hashes(hashes, owner, chunk.word_first, chunk.seen)
    seen = chunk.seen.astype(np.float32)
    seen_chars = chunk.sizes.astype(np.float32)
    words = seen * np.maximum(chunk.chars / seen_chars, 1)
    begin, end = _first_and_last(chunk)
    safe = np.maximum(seen, 1)
    table = np.zeros((_FEATURES, n), np.float32)
    _shape(table, seen, words, chunk.chars, seen_chars, counts, capitals, long_words, stops)
    _ends(table, begin, end, seen)
    table[_COVER : _COVER + _K] = covered / safe
    table[_COVER + _K : _COVER + 2 * _K] = covered > 0
    table[_COVER + 2 * _K : _COVER + 3 * _K] = covered >= safe
    table[_COVER + 3 * _K :] = opens
    furniture = covered[: _K - 1]
    filled = furniture.max(axis=0)
    opener = chunk.codes[chunk.first]
    return Counts(
        chars=chunk.chars,
        words=words,
        features=table.T if weights is None else weighed(table, weights),
        whole=whole,
        head=head,
        stops=stops,
        digits=counts[char.DIGIT] > 0,
        labelled=labelled,
        terminal=(end == char.STOP) | (end == char.ASK) | (end == char.ELLIPSIS),
        listed=(begin == char.DASH) | (begin == char.BULLET),
        quoted=(opener == _QUOTES[0]) | (opener == _QUOTES[1]) | (opener == _QUOTES[2]),
        kind=np.where(filled > 0, furniture.argmax(axis=0), -1),
        kind_share=filled / safe,
    )


def weighed(table: Floats, weights: Floats) -> Floats:
    """The sum of each column of a table, each row by its weight.

    Not by BLAS, whose sums depend on the number of columns: a block scores alike in any company. So
    that a single column is summed in the order of many, another stands beside it.
    """
    products = np.zeros((len(table), table.shape[1] + 1), np.float32)
    np.multiply(table, weights[:, None], out=products[:, :-1])
    return np.asarray(np.add.reduce(products, axis=0)[:-1], np.float32)


def _tally_bits(owner: Ints, traits: Ints, n: int) -> list[Floats]:
    """How many of each block's words have each of three traits."""
    table = np.bincount(owner * 8 + traits, minlength=8 * n).reshape(n, 8)
    return [
        table[:, [v for v in range(8) if v >> bit & 1]].sum(axis=1).astype(np.float32) for bit in range(3)
    ]


def _count_kinds(chunk: _Chunk) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Characters of each kind in each block (no spaces), and whether there is a colon near its beginning.

    The common kinds are not counted one by one: small letters are what is left of the words.
    """
    n, kinds = chunk.n, chunk.kinds
    rare = np.flatnonzero((kinds != char.LOWER) & (kinds != char.SPACE))
    bounds = np.searchsorted(rare, np.append(chunk.first, len(kinds)))
    owner = np.arange(n).repeat(bounds[1:] - bounds[:-1])
    seen = kinds[rare]
    cells = np.bincount(seen * np.int64(n) + owner, minlength=char.COUNT * n)
    counts = cells.reshape(char.COUNT, n).astype(np.float32)
    lengths = np.zeros(len(chunk.starts) + 1, np.int64)
    np.cumsum(chunk.ends - chunk.starts, out=lengths[1:])
    wordy = lengths[chunk.word_first + chunk.seen] - lengths[chunk.word_first]
    counts[char.LOWER] = wordy - counts[char.UPPER] - counts[char.DIGIT]
    colons = np.flatnonzero(seen == char.COLON)
    holder = owner[colons]
    labelled = np.zeros(n, np.bool_)
    labelled[holder[rare[colons] - chunk.first[holder] < LABEL]] = True
    return counts, labelled


def _bins(table: Floats, values: Floats, edges: npt.NDArray[Any]) -> None:
    """One-hot of the interval a value is in; below the first edge nothing is set."""
    place = np.searchsorted(edges, values, "right")
    np.equal(place, np.arange(1, len(edges) + 1)[:, None], out=table, casting="unsafe")


_K = len(KINDS)
_ENDS = 59
_COVER = _ENDS + 4 * char.COUNT
_FEATURES = _COVER + 4 * _K
_SHARES = [char.DIGIT, char.STOP, char.COMMA, char.DASH, char.QUOTE, char.OTHER]
_LOGS = [char.DIGIT, char.STOP, char.COMMA, char.ASK, char.COLON, char.DASH, char.QUOTE, char.OPEN]
_MARKS = [
    *(char.BAR, char.ARROW, char.SLASH, char.RIGHTS, char.AT, char.ELLIPSIS),
    *(char.BULLET, char.MONEY, char.PERCENT, char.CODE, char.STAR),
]


def _shape(
    table: Floats,
    seen: Floats,
    words: Floats,
    chars: Floats,
    seen_chars: Floats,
    counts: Floats,
    capitals: Floats,
    long_words: Floats,
    stops: Floats,
) -> None:
    safe = np.maximum(seen, 1)
    letters = counts[char.LOWER] + counts[char.UPPER]
    stop_share, capital_share = stops / safe, capitals / safe
    _bins(table[0:11], words, _WORD_BINS)
    table[11] = log_words = np.log1p(words)
    np.log1p(chars, out=table[12])
    _bins(table[13:19], np.where(seen >= 4, stop_share, -1), _STOP_BINS)
    _bins(table[19:25], np.where(seen >= 2, capital_share, -1), _CAPITAL_BINS)
    table[25] = stop_share
    table[26] = stop_share * log_words
    table[27] = capital_share * np.minimum(seen, 10) / 10
    table[28] = (counts[char.UPPER] >= 0.9 * letters) & (letters >= 3)
    table[29] = letters / seen_chars
    table[30] = letters / safe / 10
    table[31] = long_words / safe
    table[32] = letters == 0
    table[33:39] = counts[_SHARES] / seen_chars
    table[39:47] = np.log1p(counts[_LOGS])
    table[47:58] = counts[_MARKS] > 0
    table[58] = counts[char.DIGIT] >= 0.5 * (letters + counts[char.DIGIT])


def _ends(table: Floats, begin: npt.NDArray[np.uint8], end: npt.NDArray[np.uint8], seen: Floats) -> None:
    """How a block begins and ends, and how it ends when it is long enough to be a sentence."""
    here = np.arange(len(begin))
    last = _ENDS + end.astype(np.int64)
    table[last, here] = 1
    table[last + 2 * char.COUNT, here] = seen >= 6
    table[last + 3 * char.COUNT, here] = seen >= 15
    table[_ENDS + char.COUNT + begin.astype(np.int64), here] = 1


def _first_and_last(chunk: _Chunk) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Kinds of the first and the last character; a full stop inside closing quotes or brackets counts."""
    last = chunk.first + chunk.sizes - 1
    begin, end = chunk.kinds[chunk.first], chunk.kinds[last]
    before = chunk.kinds[np.maximum(last - 1, chunk.first)]
    closes = (before == char.STOP) | (before == char.ASK) | (before == char.ELLIPSIS)
    inside = ((end == char.QUOTE) | (end == char.CLOSE)) & closes
    return begin, np.where(inside, before, end)
