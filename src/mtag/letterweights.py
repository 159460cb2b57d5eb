"""What the letters of texts weigh for each language: the linear model over `mtag.letters`.

What a chunk weighs by itself is summed once and known by its number from then on; a text then costs a
few NumPy passes over its chunks, to which it adds what pairs of words weigh.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag.arrays import Flags, Floats, Ints, begins, inside, int_array
from mtag.chunkmemory import ChunkMemory
from mtag.chunks import ODD_MARK, ChunkTable, any_of, codes_of, read_chunks
from mtag.errors import ModelError
from mtag.letters import (
    BITS,
    DOMAINS,
    FEATURES,
    FOREIGN,
    MAX_CHARS_READ,
    MOJIBAKE,
    NO_SHAPE,
    Numbers,
    between_words,
    encode,
    pair_rows,
    sample,
    shape_rows,
    within_words,
)
from mtag.model import TrainedModel

MODEL_FOLDER = os.path.join(os.path.dirname(__file__), "data", "model", "language")

_FOREIGN_COMMA = "،"  # the one mark that counts as a letter of another script
_PORTION = 24_000  # characters of new chunks that are read at once
_LONGEST = 3 * MAX_CHARS_READ  # chunks that are learned; composing makes up to three characters of one
_SHAPES = int(NO_SHAPE) + 1

# A row of the weight table is one number of nine fields of 7 bits: seven weights, a one, and what is left
# empty. Sums of rows are three numbers, each of three of the fields, in lanes of 21 bits: there is room for
# 16,000 rows, and `_LONGEST` characters have less than half as many.
_FIELD, _LANE = 7, 21
_RAISED = 1 << _FIELD - 1
_PLACES = np.array([_LANE * (number % 3) + _FIELD * (number // 3) for number in range(9)])
_OF_ROW, _OF_SUM = _PLACES[::3, None], _PLACES[:3, None]  # of what goes to each number, and of its lanes
_LOWEST = sum((1 << _FIELD) - 1 << place for place in range(0, 63, _LANE))
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
def _weights() -> Ints:
    """The weight table: what a row weighs for seven classes, and a one that counts it; row 0 is empty.

    Weights stand `_RAISED` higher, so that none has a sign. The folder holds the rows that carry weight,
    each as its distance from the one before.
    """
    arrays = model().arrays
    factors = 1 << _PLACES[:8]
    table = np.full(1 << BITS, factors @ [*[_RAISED] * 7, 1])
    weights = np.zeros(len(arrays["gaps"]), np.int64)
    for column, factor in zip(arrays["weights"].T, factors[:7], strict=True):
        weights += column * factor
    table[np.cumsum(arrays["gaps"], dtype=np.int64)] += weights
    table[0] = 0
    return table


@lru_cache(maxsize=1)
def _shape_weights() -> Ints:
    """What each shape of a word weighs behind each of another, in lanes."""
    before, shape = np.divmod(np.arange(_SHAPES * _SHAPES, dtype=np.uint32), np.uint32(_SHAPES))
    return _lanes(shape_rows(before, shape))


def _lanes(rows: Numbers) -> Ints:
    """What rows of the weight table weigh, as three numbers each, which can be summed."""
    lanes: Ints = _weights().take(rows) >> _OF_ROW
    lanes &= _LOWEST
    return lanes


def _unpacked(lanes: Ints) -> Floats:
    """Sums of lanes as nine lines: the seven weights, the number of rows summed, and one of zeros."""
    fields = lanes[:, None] >> _OF_SUM
    fields &= (1 << _LANE) - 1
    sums: Floats = fields.reshape(9, -1).astype(np.float64)
    sums[:7] -= _RAISED * sums[7]
    return sums


_HEAD, _TAIL = 6, 7  # where the hashes stand, in a row of numbers half as long
_OPENING, _CLOSING = _SHAPES - 1, (_SHAPES - 1) * _SHAPES
_IS_KNOWN, _IS_ODD, _IS_FOREIGN, _HAS_WORDS = (_SHAPES * _SHAPES << bit for bit in range(4))


class _Known(NamedTuple):
    """What is known of chunks, by number.

    `kinds` tells whether one is known, whether it has words and letters of other scripts (`foreign` counts
    them), whether it is odd (a text with such a chunk has to be cleaned before it is read), and the shapes
    of its first word (`_OPENING`) and its last (`_CLOSING`). `rows` has a row a chunk, so that all of it is
    fetched at once: the three lanes of the weights that a chunk uses by itself, and the hashes of the
    letters of its first and last word, in half of the fourth number each.
    """

    kinds: NDArray[np.uint16]
    foreign: Ints
    rows: Ints


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
        texts = [text if len(text) <= _LONGEST else "" for text in texts]  # of such, only windows are read
        symbols, upper, starts = encode(texts)
        grams, whole, words = within_words(symbols, upper)
        text = starts.searchsorted(words.first, "right") - 1
        opens = begins(text)
        closes = np.append(opens, True)[1:]
        first, last = text[opens], text[closes]
        total = np.add.reduce([_lanes(rows) for rows in grams])
        for positions, rows in (whole, *between_words(words, ~opens[1:])):
            total[:, positions] += _lanes(rows)
        known.rows[numbers, :3] = np.add.reduceat(total, starts, axis=1).T
        halves = known.rows.view(np.uint32)
        halves[numbers[first], _HEAD] = words.heads[opens]
        halves[numbers[last], _TAIL] = words.tails[closes]
        foreign = known.foreign[numbers] = np.add.reduceat(symbols == FOREIGN, starts, dtype=np.int64)
        kinds = _IS_KNOWN + _IS_FOREIGN * (foreign > 0) + _IS_ODD * np.array([*map(_is_odd, texts)])
        kinds[first] += _HAS_WORDS + words.shapes[opens]
        kinds[last] += words.shapes[closes] * _SHAPES
        known.kinds[numbers] = kinds


@lru_cache(maxsize=1)
def _memory() -> _Memory:
    return _Memory(_PORTION)


def _nothing(size: int) -> _Known:
    """Room for so many chunks."""
    return _Known(np.zeros(size, np.uint16), np.zeros(size, np.int64), np.zeros((size, 4), np.int64))


def _is_odd(chunk: str) -> bool:
    """Whether `sample` may clean something away where there is such a chunk."""
    if chunk.endswith("www"):
        return True
    if chunk.isascii():
        return False
    composed = unicodedata.is_normalized("NFC", chunk) and not unicodedata.combining(chunk[0])
    return not composed or chunk.endswith("â") or any(mark in chunk for mark in MOJIBAKE)


def read_sums(chunks: ChunkTable, starts: Ints, ends: Ints) -> Floats:
    """The sums for each span of a text, cleaned first where that is needed; see `sums_of`.

    Spans are in order, and apart.
    """
    spans = _read(chunks, starts, ends)
    is_odd = ends - starts > MAX_CHARS_READ  # of which only windows are read
    cut = _are_cut(chunks, spans)
    is_odd |= cut
    places = chunks.places(_odd_marks())
    if len(places):
        is_odd[inside(places, starts, ends)[1]] = True
    if len(spans.special):
        is_odd[spans.owners[spans.kinds.take(spans.special) & _IS_ODD > 0]] = True
    sums = _sums(chunks, spans)
    changed = {}
    for number in is_odd.nonzero()[0].tolist():
        start, end = int(starts[number]), int(ends[number])
        read = sample(chunks.text, start, end)
        if cut[number] or read != chunks.text[start:end]:
            changed[number] = read
    if changed:
        sums[:, list(changed)] = sums_of(list(changed.values()))
    return sums


@lru_cache(maxsize=1)
def _odd_marks() -> Flags:
    """Marks, by what stands behind, that may belong to an address or an entity, or change when composed."""
    odd = np.zeros((256, 256), np.bool_)
    odd[codes_of("&@" + ODD_MARK)] = True
    initials = "".join({name[0] for name in DOMAINS.split("|")})
    odd[codes_of("."), codes_of(initials + initials.upper() + "İı")] = True  # `re.I` takes these two for an i
    odd[codes_of(":"), codes_of("/")] = True
    return odd


def sums_of(texts: Sequence[str]) -> Floats:
    """What short texts (`sample`) weigh, in nine lines of a column for each text.

    The lines are the sums of seven weights, the number of features, and that of letters of other scripts.
    """
    chunks = read_chunks(texts)
    ends = chunks.bases + int_array([*map(len, texts)])
    return _sums(chunks, _read(chunks, chunks.bases, ends))


class _Spans(NamedTuple):
    """Spans of a text: the numbers of the chunks from `first` up to `last` (not included) are in each.

    `known` is what is known of chunks by number, `kinds` that of each chunk of the text. `special` are the
    numbers of the few that are odd or have letters of other scripts, `owners` those of their spans.
    """

    starts: Ints
    ends: Ints
    first: Ints
    last: Ints
    known: _Known
    kinds: NDArray[np.uint16]
    special: Ints
    owners: Ints


def _read(chunks: ChunkTable, starts: Ints, ends: Ints) -> _Spans:
    """Find the chunks of spans, and what is known of them."""
    first = chunks.ends.searchsorted(starts, "right")
    last = chunks.starts.searchsorted(ends, "left")
    known = _memory().recall(chunks.vocabulary, chunks.numbers)
    kinds = known.kinds.take(chunks.numbers)
    special = owners = (kinds & (_IS_ODD | _IS_FOREIGN) > 0).nonzero()[0]
    if len(special):
        found, owners = inside(chunks.starts.take(special), starts, ends)
        special = special.take(found)
    return _Spans(starts, ends, first, last, known, kinds, special, owners)


def _are_cut(chunks: ChunkTable, spans: _Spans) -> Flags:
    """Which spans end or begin within a chunk; those beyond all chunks may be among them."""
    if not len(chunks.numbers):
        return np.zeros(len(spans.starts), np.bool_)
    cut: Flags = chunks.starts.take(spans.first, mode="clip") < spans.starts
    cut |= chunks.ends.take(spans.last - 1, mode="clip") > spans.ends
    return cut


def _sums(chunks: ChunkTable, spans: _Spans) -> Floats:
    """The sums for each span as it stands; see `sums_of`."""
    known, kinds = spans.known, spans.kinds
    words = (kinds >= _HAS_WORDS).nonzero()[0]
    low, high = words.searchsorted(spans.first), words.searchsorted(spans.last)
    begin = low[low < high]
    numbers, kinds = chunks.numbers.take(words), kinds.take(words)
    rows = known.rows.take(numbers, axis=0)
    halves = rows.view(np.uint32)
    pairs = np.zeros(len(words), np.uint32)
    pairs[1:] = pair_rows(halves[:-1, _TAIL], halves[1:, _HEAD])
    pairs[begin] = 0  # the first word has none before it
    shapes = kinds & _OPENING
    shapes[1:] |= kinds[:-1] & _CLOSING
    shapes[begin] |= _CLOSING
    each = _lanes(pairs)
    each += rows[:, :3].T
    each += _shape_weights().take(shapes, axis=1)
    running = np.zeros((3, len(words) + 1), np.int64)  # what overflows is made good by the difference
    each.cumsum(axis=1, out=running[:, 1:])
    sums = _unpacked(running.take(high, axis=1) - running.take(low, axis=1))
    if len(spans.special):
        foreign = known.foreign.take(chunks.numbers.take(spans.special))
        sums[8] = np.bincount(spans.owners, foreign, len(low))
    if _FOREIGN_COMMA in chunks.text:
        commas = chunks.places(any_of(_FOREIGN_COMMA))
        sums[8] += commas.searchsorted(spans.ends) - commas.searchsorted(spans.starts)
    return sums
