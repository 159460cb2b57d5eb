"""What the block classifier counts in chunks, kept by their number, and summed for spans of text.

Counts of several sorts are packed in one word of 64 bits, a field of 16 each, so that one running sum
over the chunks (and one over the marks between them) adds up all; a span's counts are the difference of
two of its values.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from mtag import charkinds as char
from mtag.arrays import Flags, Hashes, Ints, spread
from mtag.chunkmemory import ChunkMemory
from mtag.chunks import MIXED, ChunkTable, kinds_of_codes
from mtag.wordhash import COMMON, hash_words, known_words
from mtag.wordtable import within

WORDS, CAPITALS, LONG_WORDS, STOP_WORDS = range(char.COUNT, char.COUNT + 4)
"""What is counted beside the characters of each kind: words, and those of three sorts."""

SORTS = char.COUNT + 4

_PER_PACK, _BITS = 4, 16
FIELD_LIMIT = 1 << _BITS
"""All counts of a span must be less."""

_IN_CHUNKS_ONLY = [WORDS, CAPITALS, LONG_WORDS, STOP_WORDS, char.LOWER, char.UPPER, char.DIGIT, char.SPACE]
_IN_BOTH = [char.OTHER, char.QUOTE, char.CODE]
_IN_CHUNKS = _IN_CHUNKS_ONLY + _IN_BOTH
_FIELDS = [*_IN_CHUNKS, *(kind for kind in range(char.COUNT) if kind not in _IN_CHUNKS)]
"""The sorts in the order of their fields; spaces are not counted."""

_FIELD = np.argsort(_FIELDS)
"""The field of each sort."""

_PACKS = SORTS // _PER_PACK
_CHUNK_PACKS, _FIRST_MARK_PACK = -(-len(_IN_CHUNKS) // _PER_PACK), len(_IN_CHUNKS_ONLY) // _PER_PACK
"""Chunks hold counts of the sorts of so many packs, marks those of the sorts from a pack on."""

_LONG = 7

_ONE = np.uint64(1) << (_FIELD % _PER_PACK * _BITS).astype(np.uint64)
"""One of each sort, in its field."""


def _of_kinds() -> Hashes:
    """What one character of each kind counts: a row a pack, a column a kind."""
    kinds = np.delete(np.arange(char.COUNT), char.SPACE)
    packs = np.zeros((_PACKS, char.COUNT), np.uint64)
    packs[_FIELD[kinds] // _PER_PACK, kinds] = _ONE[kinds]
    return packs


_OF_KIND = _of_kinds()


@lru_cache(maxsize=1)
def _of_codes() -> Hashes:
    """What a mark of each code counts, in the packs that marks have; that of letters is not asked for."""
    kinds = kinds_of_codes()
    return _OF_KIND[_FIRST_MARK_PACK:].take(np.where(kinds == MIXED, char.SPACE, kinds), axis=1)


class _Known(NamedTuple):
    """What is known of chunks by number: whether it is, their counts, their words.

    `size` is how many words a chunk has, `last` where they end among all. Of each word there are its hash
    and what is known of it (`known_words`).
    """

    is_known: Flags
    counts: Hashes
    last: Ints
    size: Ints
    hashes: Hashes
    traits: npt.NDArray[np.uint8]


class _Memory(ChunkMemory[_Known]):
    def _forget(self) -> None:
        self._known, self._end = _nothing(0, 0), 0

    def _lengthen(self, more: int) -> None:
        self._known = _longer(self._known, more, 0)

    def _are_known(self, numbers: Ints) -> Flags:
        return self._known.is_known.take(numbers)

    def _learn(self, numbers: Ints, texts: Sequence[str]) -> None:
        counts, last, size, hashes, traits = _read(texts)
        begin, self._end = self._end, self._end + len(hashes)
        if self._end > len(self._known.hashes):
            self._known = _longer(self._known, 0, self._end + 1024)
        known = self._known
        known.counts[:, numbers] = counts
        known.last[numbers], known.size[numbers] = last + begin, size
        known.hashes[begin : self._end], known.traits[begin : self._end] = hashes, traits
        known.is_known[numbers] = True


_memory = _Memory()


def _nothing(chunks: int, words: int) -> _Known:
    """Room for so many chunks and words."""
    counts = np.zeros((_CHUNK_PACKS, chunks), np.uint64)
    hashes, traits = np.zeros(words, np.uint64), np.zeros(words, np.uint8)
    last, size = np.zeros((2, chunks), np.int64)
    return _Known(np.zeros(chunks, np.bool_), counts, last, size, hashes, traits)


def _longer(known: _Known, chunks: int, words: int) -> _Known:
    """The same with room for so many chunks and words more."""
    both: Any = zip(known, _nothing(chunks, words), strict=True)
    return _Known._make(np.concatenate(parts, axis=-1) for parts in both)


def _read(texts: Sequence[str]) -> tuple[Hashes, Ints, Ints, Hashes, npt.NDArray[np.uint8]]:
    """The counts of some chunks, where the words of each end and how many they are, and the words."""
    joined = "\n" + "\n".join(texts) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = char.CHARACTERS.kinds(codes)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    begins = lengths.cumsum() - lengths
    wordy = (kinds >= char.LOWER) & (kinds <= char.DIGIT)
    edges = (wordy[1:] != wordy[:-1]).nonzero()[0] + 1
    starts, ends = edges[0::2], edges[1::2]
    hashes = hash_words(codes, starts, ends)
    traits = known_words(hashes)
    packs = _OF_KIND[:_CHUNK_PACKS].take(kinds, axis=1)
    packs[0, starts] += (  # all of these sorts are counted in the first pack
        _ONE[WORDS]
        + _ONE[CAPITALS] * (kinds.take(starts) == char.UPPER)
        + _ONE[LONG_WORDS] * (ends - starts >= _LONG)
        + _ONE[STOP_WORDS] * ((traits & COMMON) > 0)
    )
    last = starts.searchsorted(begins + lengths)
    size = last - starts.searchsorted(begins)
    return np.add.reduceat(packs, begins, axis=1), last, size, hashes, traits


class Tallied(NamedTuple):
    """What was counted in some spans (`counts`, a row a sort and a column a span), and their words."""

    counts: npt.NDArray[np.uint16]
    hashes: Hashes
    traits: npt.NDArray[np.uint8]


def tally(chunks: ChunkTable, bounds: Ints, groups: Ints | None = None) -> Tallied:
    """Count what stands in spans of a text.

    Args:
        chunks: those of the text.
        bounds: where each span begins and ends, a row each; spans stand in order and apart, and are less
            than `FIELD_LIMIT` long.
        groups: the first span of each group that is counted as one, where some are.

    Returns:
        The counts of each span or group; the hashes of all words, and what is known of each.
    """
    numbers, edges = _chosen(chunks, bounds)
    known = _memory.recall(chunks.vocabulary, numbers)
    packs = np.zeros((_PACKS, len(bounds)), np.uint64)
    sums = _running(known.counts.take(numbers, axis=1)).take(edges, axis=1)
    np.subtract(sums[:, 1:], sums[:, :-1], out=packs[:_CHUNK_PACKS])
    kinds, inside = _marks(chunks, bounds, whole=groups is None)
    sums = _running(_of_codes().take(kinds >> 8, axis=1)).take(inside, axis=1)
    packs[_FIRST_MARK_PACK:] += sums[..., 1] - sums[..., 0]
    if groups is not None:
        packs = np.add.reduceat(packs, groups, axis=1)
    fields = packs.astype("<u8", copy=False).view("<u2").reshape(_PACKS, -1, _PER_PACK)
    counts = fields.swapaxes(1, 2).reshape(SORTS, -1).take(_FIELD, axis=0)
    size = known.size.take(numbers)
    places = (known.last.take(numbers) - size.cumsum()).repeat(size)
    places += np.arange(len(places))
    return Tallied(counts, known.hashes.take(places), known.traits.take(places))


def _marks(chunks: ChunkTable, bounds: Ints, *, whole: bool) -> tuple[Ints, Ints]:
    """The kinds of the marks of spans, and the bounds of each span's among them.

    Where spans leave out nothing that matters (`whole`), the marks between them are there too.
    """
    inside = chunks.marks.searchsorted(bounds)
    if whole and len(inside):
        low, high = inside[0, 0], inside[-1, 1]
        return chunks.kinds[low:high], inside - low
    size = inside[:, 1] - inside[:, 0]
    _, which = spread(inside[:, 0], size)
    last = size.cumsum()
    return chunks.kinds.take(which), np.array([last - size, last]).T


def _running(packs: Hashes) -> Hashes:
    """The sums of the columns before a place."""
    sums = np.zeros((len(packs), packs.shape[1] + 1), np.uint64)
    packs.cumsum(axis=1, out=sums[:, 1:])
    return sums


def _chosen(chunks: ChunkTable, bounds: Ints) -> tuple[Ints, Ints]:
    """The numbers of the chunks of spans, end to end, and the edges of the spans among them."""
    starts, ends = bounds.T
    if not len(ends) or not len(chunks.ends):
        return chunks.numbers[:0], np.zeros(len(ends) + 1, np.int64)
    begun = chunks.starts.searchsorted(np.append(starts, ends[-1]))  # so many chunks begin before
    before = chunks.ends.take(begun - 1, mode="clip")  # where the last of these ends
    if ((before <= np.append(starts[0], ends)) | (begun == 0)).all():  # none is cut, or between spans
        return chunks.numbers[begun[0] : begun[-1]], begun - begun[0]
    chosen = within(chunks, starts, ends)
    return chosen.numbers, chosen.owner.searchsorted(np.arange(len(starts) + 1))
