"""Features of text blocks for the block classifier, counted with NumPy over many blocks at once.

All words are hashed in one pass (a polynomial hash by prefix sums, Karp and Rabin 1987), so that no
Python code runs for a character or a word. A block is read at its first `HEAD` and last `TAIL`
characters; work and memory are bounded by the chunk, whatever the length of a line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from mtag.document import Block
from mtag.furniture import KINDS
from mtag.wordhash import (
    TABLE,
    Floats,
    Ints,
    Words,
    line_hashes,
    look_up,
    phrase_cover,
    powers,
    stop_hashes,
)

HEAD = 1200
TAIL = 120
_CHUNK_CHARS = 200_000
_CHUNK_BLOCKS = 20_000

_OTHER, _LOWER, _UPPER, _DIGIT, _SPACE, _STOP, _COMMA, _ASK, _COLON, _DASH, _QUOTE, _BAR = range(12)
_ARROW, _SLASH, _RIGHTS, _AT, _OPEN, _CLOSE, _ELLIPSIS, _BULLET, _MONEY, _PERCENT, _CODE, _STAR = range(
    12, 24
)
_KINDS_OF_CHARS = 24
_CHARS = {
    _STOP: ".",
    _COMMA: ",;",
    _ASK: "?!",
    _COLON: ":",
    _DASH: "-–—‐‑",
    _QUOTE: "\"“”«»‘’'„",
    _BAR: "|¦",
    _ARROW: ">›→←‹»«▶►▸▾▼↓↑<",
    _SLASH: "/\\",
    _RIGHTS: "©®™",
    _AT: "@",
    _OPEN: "([{",
    _CLOSE: ")]}",
    _ELLIPSIS: "…",
    _BULLET: "•·▪■●◦‣∙",
    _MONEY: "$€£¥",
    _PERCENT: "%°",
    _CODE: "_={}#~^`&",
    _STAR: "*+",
}
_KIND_OF_CATEGORY = {
    "Lu": _UPPER,
    **dict.fromkeys(("Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me"), _LOWER),
    **dict.fromkeys(("Nd", "Nl", "No"), _DIGIT),
    **dict.fromkeys(("Zs", "Zl", "Zp"), _SPACE),
}
_WORD_BINS = (1, 2, 3, 4, 6, 9, 13, 19, 31, 61, 121)


_KIND_OF_MARK = {
    mark: kind for kind, marks in _CHARS.items() for mark in marks if kind != _ARROW or mark not in "«»"
}


class _Characters:
    """Kind of each character, and its base letter in lower case; learned 256 at a time, as they are met."""

    def __init__(self) -> None:
        self.kinds = np.zeros(TABLE, np.uint8)
        self.bases = np.zeros(TABLE, np.uint64)
        self._known = np.zeros(TABLE >> 8, np.bool_)

    def meet(self, codes: npt.NDArray[np.int32]) -> None:
        """Learn what must be known of these code points, all below `TABLE`."""
        pages = codes >> 8
        if self._known[pages].all():
            return
        for page in np.flatnonzero(np.bincount(pages)).tolist():  # np.unique would import numpy.ma
            for code in range(page << 8, (page + 1) << 8):
                self.kinds[code], self.bases[code] = _kind_and_base(chr(code))
            self._known[page] = True


def _kind_and_base(char: str) -> tuple[int, int]:
    if ord(char) == TABLE - 1:
        return _LOWER, TABLE - 1  # stands for every letter beyond the table
    kind = _KIND_OF_MARK.get(char) or _KIND_OF_CATEGORY.get(unicodedata.category(char), _OTHER)
    if kind == _OTHER and char.isspace():
        kind = _SPACE
    return kind, min(ord(unicodedata.normalize("NFD", char.lower())[0]), TABLE - 1)


_CHARACTERS = _Characters()


class Counts(NamedTuple):
    """What is counted in each block; every array has one row a block."""

    chars: Floats
    words: Floats
    features: Floats
    whole: Words
    """Hash of all the words seen: equal for equal lines, whatever their case and punctuation."""
    head: Words
    """Hash of the first four words."""
    tail: Words
    """Hash of the words of a line of at most four, else 0: what another line may begin with."""
    english: Floats
    french: Floats
    stops: Floats
    """Words that are among the commonest of either language."""
    digits: Floats
    terminal: npt.NDArray[np.bool_]
    """Whether the block ends as a sentence does."""
    listed: npt.NDArray[np.bool_]
    """Whether it begins with a bullet or a dash."""
    kind: Ints
    """Index of the kind of furniture (`KINDS`) whose phrases fill most of the block, else -1."""
    kind_share: Floats
    """Share of the words seen that stand in phrases of that kind."""


def count(text: str, blocks: Sequence[Block], weights: Floats | None = None) -> Counts:
    """Count what the classifier needs in each block of a page; see `count_pages`."""
    return count_pages([(text, blocks)], weights)[0]


def count_pages(pages: Sequence[tuple[str, Sequence[Block]]], weights: Floats | None = None) -> list[Counts]:
    """Count what the classifier needs in each block of some pages, in as few passes as there is room for.

    Args:
        pages: texts, and the blocks of each, in order.
        weights: one row a feature; where given, `features` holds the products with it instead, so
            that a million lines need no matrix of a million rows and all features.
    """
    parts: list[Counts] = []
    pieces: list[str] = []
    chars: list[int] = []
    size = 0
    for text, blocks in pages:
        for block in blocks:
            pieces.append(_piece(text, block))
            chars.append(block.end - block.start)
            size += len(pieces[-1])
            if size >= _CHUNK_CHARS or len(pieces) == _CHUNK_BLOCKS:
                parts.append(_weighed(_count_chunk(pieces, chars), weights))
                pieces, chars, size = [], [], 0
    if pieces or not parts:
        parts.append(_weighed(_count_chunk(pieces, chars), weights))
    whole = parts[0] if len(parts) == 1 else _joined(parts)
    if len(pages) == 1:
        return [whole]
    bounds = accumulate((len(blocks) for _, blocks in pages), initial=0)
    rows = [slice(first, last) for first, last in pairwise(bounds)]
    columns: tuple[Any, ...] = whole
    return [Counts(*[column[own] for column in columns]) for own in rows]


def _joined(parts: Sequence[Counts]) -> Counts:
    return Counts(*[np.concatenate(columns) for columns in zip(*parts, strict=True)])


def _piece(text: str, block: Block) -> str:
    start, end = block.start, block.end
    if end - start <= HEAD + TAIL:
        return text[start:end]
    return f"{text[start : start + HEAD]} {text[end - TAIL : end]}"


def _weighed(counts: Counts, weights: Floats | None) -> Counts:
    if weights is None:
        return counts
    # Not by BLAS, whose sums depend on the number of rows: a block scores alike in any company.
    return counts._replace(features=np.einsum("ij,jk->ik", counts.features, weights))


def _count_chunk(pieces: Sequence[str], lengths: Sequence[int]) -> Counts:
    n = len(pieces)
    chars = np.array(lengths, np.float32)
    sizes = np.array([len(piece) + 1 for piece in pieces], np.int64)
    joined = "\n".join(pieces) + "\n" if n else ""
    units = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = np.minimum(units, TABLE - 1).astype(np.int32)
    _CHARACTERS.meet(codes)
    kinds = _CHARACTERS.kinds[codes]
    owner = np.repeat(np.arange(n), sizes)
    counts = np.bincount(owner * _KINDS_OF_CHARS + kinds, minlength=n * _KINDS_OF_CHARS)
    table = np.asarray(counts.reshape(n, _KINDS_OF_CHARS), np.float32)
    wordy = (kinds >= _LOWER) & (kinds <= _DIGIT)
    edges = np.flatnonzero(wordy[1:] != wordy[:-1]) + 1 if len(wordy) else np.zeros(0, np.int64)
    if len(wordy) and wordy[0]:
        edges = np.concatenate(([0], edges))
    starts, ends = edges[0::2], edges[1::2]
    up, down = powers(len(codes) + 1)
    prefix = np.concatenate(
        (np.zeros(1, np.uint64), np.cumsum((_CHARACTERS.bases[codes] + np.uint64(1)) * up[: len(codes)]))
    )
    hashes = (prefix[ends] - prefix[starts]) * down[starts]
    hashes ^= hashes >> np.uint64(31)
    hashes *= np.uint64(0xD6E8FEB86659FD93)
    hashes ^= hashes >> np.uint64(29)
    first = np.concatenate(([0], np.cumsum(sizes)[:-1])) if n else np.zeros(0, np.int64)
    return _assemble(chars, sizes, first, kinds, table, owner[starts], starts, ends, hashes)


def _assemble(
    chars: Floats,
    sizes: Ints,
    first: Ints,
    kinds: npt.NDArray[np.uint8],
    counts: Floats,
    owner: Ints,
    starts: Ints,
    ends: Ints,
    hashes: Words,
) -> Counts:
    n = len(chars)
    seen_words = np.bincount(owner, minlength=n).astype(np.float32)
    seen_chars = np.maximum(sizes - 1, 1).astype(np.float32)
    words = seen_words * np.maximum(chars / seen_chars, 1)
    capitals = np.bincount(owner[kinds[starts] == _UPPER], minlength=n).astype(np.float32)
    long_words = np.bincount(owner[(ends - starts) >= 7], minlength=n).astype(np.float32)
    stop_keys, stop_flags = stop_hashes()
    flags = look_up(hashes, stop_keys, stop_flags)
    english = np.bincount(owner[(flags & 1) > 0], minlength=n).astype(np.float32)
    french = np.bincount(owner[(flags & 2) > 0], minlength=n).astype(np.float32)
    stops = np.bincount(owner[flags > 0], minlength=n).astype(np.float32)
    word_first = np.searchsorted(owner, np.arange(n))
    covered, opens = phrase_cover(owner, hashes, seen_words, word_first)
    whole, head, tail = line_hashes(owner, hashes, seen_words, word_first)
    features = np.concatenate(
        (
            _shape(seen_words, words, chars, seen_chars, counts, capitals, long_words, stops),
            _ends(kinds, first, sizes, seen_words),
            np.minimum(covered / np.maximum(seen_words, 1)[:, None], 1),
            covered > 0,
            covered >= np.maximum(seen_words, 1)[:, None],
            opens,
        ),
        axis=1,
    ).astype(np.float32)
    furniture = covered[:, : len(KINDS) - 1]
    kind = np.argmax(furniture, axis=1) if n else np.zeros(0, np.int64)
    filled = furniture.max(axis=1) if n else np.zeros(0, np.float32)
    begin, end = _first_and_last(kinds, first, sizes)
    return Counts(
        *(chars, words, features, whole, head, tail, english, french, stops, counts[:, _DIGIT]),
        terminal=np.isin(end, (_STOP, _ASK, _ELLIPSIS)),
        listed=np.isin(begin, (_DASH, _BULLET)),
        kind=np.where(filled > 0, kind, -1),
        kind_share=np.asarray(filled / np.maximum(seen_words, 1), np.float32),
    )


def _bins(values: Floats, edges: Sequence[float]) -> Floats:
    """One-hot of the interval a value is in; below the first edge nothing is set."""
    place = np.digitize(values, edges)
    return np.asarray(place[:, None] == np.arange(1, len(edges) + 1), np.float32)


def _shape(
    seen: Floats,
    words: Floats,
    chars: Floats,
    seen_chars: Floats,
    counts: Floats,
    capitals: Floats,
    long_words: Floats,
    stops: Floats,
) -> Floats:
    safe = np.maximum(seen, 1)
    letters = counts[:, _LOWER] + counts[:, _UPPER]
    share = counts / seen_chars[:, None]
    wide = seen >= 4
    stop_share, capital_share = stops / safe, capitals / safe
    columns = [
        _bins(words, _WORD_BINS),
        np.log1p(words)[:, None],
        np.log1p(chars)[:, None],
        _bins(np.where(wide, stop_share, -1), (0.0, 0.01, 0.15, 0.25, 0.35, 0.45)),
        _bins(np.where(seen >= 2, capital_share, -1), (0.0, 0.01, 0.2, 0.5, 0.75, 0.999)),
        stop_share[:, None],
        (stop_share * np.log1p(words))[:, None],
        (capital_share * np.minimum(seen, 10) / 10)[:, None],
        ((counts[:, _UPPER] >= 0.9 * letters) & (letters >= 3))[:, None],
        (letters / seen_chars)[:, None],
        (letters / np.maximum(seen, 1) / 10)[:, None],
        (long_words / safe)[:, None],
        (letters == 0)[:, None],
        share[:, [_DIGIT, _STOP, _COMMA, _DASH, _QUOTE, _OTHER]],
        np.log1p(counts[:, [_DIGIT, _STOP, _COMMA, _ASK, _COLON, _DASH, _QUOTE, _OPEN]]),
        counts[:, [_BAR, _ARROW, _SLASH, _RIGHTS, _AT, _ELLIPSIS, _BULLET, _MONEY, _PERCENT, _CODE, _STAR]]
        > 0,
        (counts[:, _DIGIT] >= 0.5 * (letters + counts[:, _DIGIT]))[:, None],
    ]
    return np.concatenate(columns, axis=1).astype(np.float32)


def _ends(kinds: npt.NDArray[np.uint8], first: Ints, sizes: Ints, seen: Floats) -> Floats:
    """How a block begins and ends, and how it ends when it is long enough to be a sentence."""
    if not len(first):
        return np.zeros((0, 4 * _KINDS_OF_CHARS), np.float32)
    begin, end = _first_and_last(kinds, first, sizes)
    hot_end = (end[:, None] == np.arange(_KINDS_OF_CHARS)).astype(np.float32)
    hot_begin = (begin[:, None] == np.arange(_KINDS_OF_CHARS)).astype(np.float32)
    return np.concatenate(
        (hot_end, hot_begin, hot_end * (seen >= 6)[:, None], hot_end * (seen >= 15)[:, None]), axis=1
    )


def _first_and_last(
    kinds: npt.NDArray[np.uint8], first: Ints, sizes: Ints
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Kinds of the first and the last character; a full stop inside closing quotes or brackets counts."""
    last = first + sizes - 2
    end, before = kinds[last], kinds[np.maximum(last - 1, first)]
    inside = ((end == _QUOTE) | (end == _CLOSE)) & np.isin(before, (_STOP, _ASK, _ELLIPSIS))
    return kinds[first], np.where(inside, before, end)
