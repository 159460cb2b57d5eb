"""What the letters of texts weigh for each language: the linear model over `mtag.letters`.

What a chunk weighs by itself is summed once and known by its number from then on; a text then costs a
few NumPy passes over its chunks, to which it adds what pairs of words weigh.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from string import ascii_letters
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag.arrays import Flags, Floats, Ints, begins, int_array
from mtag.chunkmemory import ChunkMemory
from mtag.chunks import ODD_MARK, ChunkTable, any_of, codes_of, read_chunks
from mtag.errors import ModelError
from mtag.letters import (
    BITS,
    FEATURES,
    FOREIGN,
    MAX_CHARS_READ,
    MOJIBAKE,
    NO_SHAPE,
    between_words,
    encode,
    pair_rows,
    sample,
    shape_rows,
    within_words,
)
from mtag.model import TrainedModel
from mtag.wordtable import Chosen, within

MODEL_FOLDER = os.path.join(os.path.dirname(__file__), "data", "model", "language")

_FOREIGN_COMMA = "،"  # the one mark that counts as a letter of another script
_PORTION = 24_000  # characters of new chunks that are read at once
_SHAPES = int(NO_SHAPE) + 1
_folder: str | os.PathLike[str] = MODEL_FOLDER


def use_model(folder: str | os.PathLike[str]) -> None:
    """Use another model folder from now on; for training and measuring."""
    global _folder
    _folder = folder
    for cached in (model, _weights, _shape_weights, _memory):
        cached.cache_clear()


@lru_cache(maxsize=1)
def model() -> TrainedModel:
    """The language model that ships with mtag, or the one to use instead."""
    found = TrainedModel.load(_folder, "language")
    if found.settings["features"] != FEATURES or found.settings["bits"] != BITS:
        raise ModelError(
            f"{_folder}: trained on features {found.settings['features']!r}, this mtag has {FEATURES!r}"
        )
    return found


@lru_cache(maxsize=1)
def _weights() -> NDArray[np.int8]:
    """The weight table: seven weights a row, and one that is 0; row 0 is empty.

    The folder holds the rows that carry weight, each as its distance from the one before.
    """
    arrays = model().arrays
    rows = np.zeros((len(arrays["gaps"]), 8), np.int8)
    rows[:, :7] = arrays["weights"]
    table = np.zeros(1 << BITS, np.uint64)
    table[np.cumsum(arrays["gaps"], dtype=np.int64)] = rows.view(np.uint64)[:, 0]
    table[0] = 0
    return table.view(np.int8).reshape(-1, 8)


@lru_cache(maxsize=1)
def _shape_weights() -> NDArray[np.int8]:
    """The rows of the weight table for each shape of a word behind each of another, counted as one row."""
    before, shape = np.divmod(np.arange(_SHAPES * _SHAPES, dtype=np.uint32), np.uint32(_SHAPES))
    return _counted(shape_rows(before, shape))


def _counted(rows: Ints) -> NDArray[np.int8]:
    """Rows of the weight table, with a one that counts them behind the weights; row 0 does not count."""
    found = _weights().take(rows, axis=0)
    found[..., 7] = rows > 0
    return found


_HAS_WORDS, _IS_ODD, _IS_FOREIGN, _IS_KNOWN = 1, 2, 4, 8
_HEAD, _TAIL, _OPENING, _CLOSING = range(4)


class _Known(NamedTuple):
    """What is known of chunks, by number.

    `kinds` tells whether one is known, whether it has words and letters of other scripts (`foreign` counts
    them), and whether it is odd: a text with such a chunk has to be cleaned before it is read.
    `sums` are those of the rows of the weight table that a chunk uses by itself. `ends` has a row a chunk,
    so that all four are fetched at once: the hashes of the letters of its first and its last word, and the
    shapes of these (`NO_SHAPE` where it has none).
    """

    kinds: NDArray[np.uint8]
    foreign: Ints
    sums: NDArray[np.int32]
    ends: NDArray[np.uint32]


class _Memory(ChunkMemory[_Known]):
    def _forget(self) -> None:
        self._known = _nothing(0)

    def _lengthen(self, more: int) -> None:
        both: Any = zip(self._known, _nothing(more), strict=True)
        self._known = _Known._make(map(np.concatenate, both))

    def _are_known(self, numbers: Ints) -> Flags:
        return self._known.kinds.take(numbers) > 0

    def _learn(self, numbers: Ints, texts: Sequence[str]) -> None:
        known = self._known
        symbols, upper, starts = encode(texts)
        grams, whole, words = within_words(symbols, upper)
        text = starts.searchsorted(words.first, "right") - 1
        opens = begins(text)
        total = _counted(grams).sum(axis=0, dtype=np.int32)
        for positions, rows in (whole, *between_words(words, ~opens[1:])):
            total[positions] += _counted(rows)
        closes = np.append(opens, True)[1:]
        known.sums[numbers] = np.add.reduceat(total, starts, axis=0)
        first, last = numbers[text[opens]], numbers[text[closes]]
        known.ends[first, _HEAD], known.ends[first, _OPENING] = words.heads[opens], words.shapes[opens]
        known.ends[last, _TAIL], known.ends[last, _CLOSING] = words.tails[closes], words.shapes[closes]
        foreign = known.foreign[numbers] = np.add.reduceat(symbols == FOREIGN, starts, dtype=np.int64)
        kinds = _IS_KNOWN + _IS_FOREIGN * (foreign > 0) + _IS_ODD * np.array([*map(_is_odd, texts)])
        known.kinds[numbers] = kinds + _HAS_WORDS * (known.ends[numbers, _OPENING] != NO_SHAPE)


@lru_cache(maxsize=1)
def _memory() -> _Memory:
    return _Memory(_PORTION)


def _nothing(size: int) -> _Known:
    """Room for so many chunks."""
    ends = np.zeros((size, 4), np.uint32)
    ends[:, [_OPENING, _CLOSING]] = NO_SHAPE
    return _Known(np.zeros(size, np.uint8), np.zeros(size, np.int64), np.zeros((size, 8), np.int32), ends)


def _is_odd(chunk: str) -> bool:
    """Whether `sample` may clean something away where there is such a chunk."""
    if chunk.endswith("www"):
        return True
    if chunk.isascii():
        return False
    composed = unicodedata.is_normalized("NFC", chunk) and not unicodedata.combining(chunk[0])
    return not composed or any(mark in chunk for mark in MOJIBAKE)


def read_sums(chunks: ChunkTable, starts: Ints, ends: Ints) -> Floats:
    """The sums for each span of a text, cleaned first where that is needed; see `sums_of`."""
    odd = ends - starts > MAX_CHARS_READ  # of which only windows are read
    stops = np.where(odd, starts, ends)
    chosen = within(chunks, starts, stops)
    known = _memory().recall(chunks.vocabulary, chosen.numbers)
    kinds = known.kinds.take(chosen.numbers)
    sums = _sums(chunks, starts, stops, chosen, known, kinds)
    if (is_odd := kinds & np.uint8(_IS_ODD)).any():
        odd[chosen.owner[is_odd > 0]] = True
    marks = chunks.places(_odd_marks())
    odd |= marks.searchsorted(ends) > marks.searchsorted(starts)
    changed = {}
    for number in odd.nonzero()[0].tolist():
        start, end = int(starts[number]), int(ends[number])
        read = sample(chunks.text, start, end)
        if read != chunks.text[start:end]:
            changed[number] = read
    if changed:
        sums[list(changed)] = sums_of(list(changed.values()))
    return sums


@lru_cache(maxsize=1)
def _odd_marks() -> Flags:
    """Marks, by what stands behind, that may belong to an address or an entity, or change when composed."""
    odd = np.zeros((256, 256), np.bool_)
    odd[codes_of("&@" + ODD_MARK)] = True
    odd[codes_of("."), codes_of(ascii_letters)[:, None]] = True
    odd[codes_of(":"), codes_of("/")] = True
    return odd


def sums_of(texts: Sequence[str]) -> Floats:
    """For each text: the sums of its seven weights, its number of features, its letters of other scripts."""
    chunks = read_chunks(texts)
    ends = chunks.bases + int_array([*map(len, texts)])
    chosen = within(chunks, chunks.bases, ends)
    known = _memory().recall(chunks.vocabulary, chosen.numbers)
    return _sums(chunks, chunks.bases, ends, chosen, known, known.kinds.take(chosen.numbers))


def _sums(
    chunks: ChunkTable,
    starts: Ints,
    ends: Ints,
    chosen: Chosen,
    known: _Known,
    kinds: NDArray[np.uint8],
) -> Floats:
    sums = np.zeros((9, len(starts)))
    if (kinds & np.uint8(_IS_FOREIGN)).any():
        sums[8] = np.bincount(chosen.owner, known.foreign.take(chosen.numbers), len(starts))
    if _FOREIGN_COMMA in chunks.text:
        commas = chunks.places(any_of(_FOREIGN_COMMA))
        sums[8] += commas.searchsorted(ends) - commas.searchsorted(starts)
    words = (kinds & np.uint8(_HAS_WORDS)).nonzero()[0]
    if not len(words):
        return sums.T
    owner = chosen.owner.take(words)
    numbers = chosen.numbers.take(words)
    head, tail, opening, closing = known.ends.take(numbers, axis=0).T
    follows = owner[1:] == owner[:-1]
    each = known.sums.take(numbers, axis=0)
    each[1:] += _counted(pair_rows(tail[:-1], head[1:]) * follows)
    before = np.full(len(words), NO_SHAPE)
    np.copyto(before[1:], closing[:-1], where=follows)
    each += _shape_weights().take(before * np.uint32(_SHAPES) + opening, axis=0)
    running = np.zeros((8, len(words) + 1), np.int32)  # what overflows is made good by the difference
    np.cumsum(each.T, axis=1, out=running[:, 1:])
    edges = np.zeros(len(starts) + 1, np.int64)
    np.bincount(owner, minlength=len(starts)).cumsum(out=edges[1:])
    upto = running.take(edges, axis=1)
    np.subtract(upto[:, 1:], upto[:, :-1], out=sums[:8])
    return sums.T
