"""The chunks of many texts as arrays: where they stand, and the number of each in a vocabulary.

A chunk is a run of all that any step takes for a part of a word (letters, digits, apostrophes, joiners,
emoji): *l'égalité* is one chunk, and two words. Texts are read once, without Python code for a character
or for a chunk met before; what later steps know of a chunk they keep by its number.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from string import ascii_letters, digits
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mtag import charkinds
from mtag.arrays import Flags, Hashes, Ints, int_array
from mtag.letters import APOSTROPHES, is_symbol
from mtag.tokens import INSIDE_A_WORD

Keys: TypeAlias = Hashes

MARKS = '\n.!?…:;«“»”")]([{}|•·—–<>,،&@/'
"""Characters between chunks that have a code of their own; others share that of their kind."""

ODD_MARK = "\u1fef"
"""Stands for all characters between chunks of which composition (NFC) makes another one."""

MIXED = 255
"""Kind of the characters of a code that are of several kinds."""

_PORTION = 1 << 17  # characters read at once: arrays of this size stay in the cache
_MAX_CHUNKS, _MAX_CHARACTERS = 200_000, 4_000_000  # what a vocabulary holds before a new one is begun

# Code of each character: 0 not asked yet, then what stands between chunks, then what chunks are made of.
_SPACE, _FIRST_MARK, _OTHER = 1, 2, 255
_MARK_CODES = {mark: code for code, mark in enumerate(MARKS + ODD_MARK, _FIRST_MARK)}
_FIRST_KIND = _FIRST_MARK + len(_MARK_CODES)
_FIRST_LETTER = _FIRST_KIND + charkinds.COUNT
_OWN_CODE = ascii_letters + digits + APOSTROPHES + "\u00ad"
_OWN_CODE += "".join(c for c in map(chr, range(0x80, 0x100)) if c.isalnum()) + "œŒŸ"
"""The characters with a code of their own; a chunk of other ones is looked up by its text."""

_PROBES = 2  # places at which a key may stand; one that has none is looked up by its text
_FEW = 24  # chunks that are found sooner by their text than by another probe
_KEY_BYTES = 8
_ROOM = 2 * _KEY_BYTES + 1  # characters behind a text, so that what is read beyond its end is there
_LOW_BYTES = [(1 << 8 * size) - 1 for size in range(_KEY_BYTES + 1)]
_FIRST_BYTES = np.array([*_LOW_BYTES, *_LOW_BYTES[-1:] * _KEY_BYTES, 0], np.uint64)
_NEXT_BYTES = np.array([*[0] * _KEY_BYTES, *_LOW_BYTES, 0], np.uint64)
"""By the length of a chunk, which bytes of its codes are its own; longer ones have no key."""


class Vocabulary:
    """Chunks by number, from 1 on; one that is met again is found by its codes, without its text.

    Up to 16 characters, each of one byte, are a key of two words; keys stand in a table with open
    addressing, so that NumPy finds all those of a batch at once. `texts` are the chunks by number.
    """

    def __init__(self) -> None:
        """Make one without chunks."""
        self.texts = [""]
        self._numbers: dict[str, int] = {}
        self._characters = 0
        self._first, self._next = np.zeros((2, 1024), np.uint64)
        self._slots = np.zeros(4096, np.int32)
        self._keyed = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """One more than the highest number."""
        return len(self.texts)

    @property
    def is_full(self) -> bool:
        """Whether it is time to begin another one."""
        return len(self.texts) > _MAX_CHUNKS or self._characters > _MAX_CHARACTERS

    def portions(self, numbers: Ints, size: int) -> Iterator[tuple[Ints, list[str]]]:
        """Chunks and their texts, each once, so many at once that they have about so many characters."""
        wanted = list(dict.fromkeys(numbers.tolist()))
        first = characters = 0
        for place, number in enumerate(wanted, 1):
            characters += len(self.texts[number])
            if characters > size or place == len(wanted):
                part = wanted[first:place]
                yield np.array(part), [self.texts[one] for one in part]
                first, characters = place, 0

    def number(self, chunk: str) -> int:
        """The number of a chunk, which is added where it is new."""
        with self._lock:
            return self._number(chunk)

    def _number(self, chunk: str) -> int:
        number = self._numbers.get(chunk)
        if number is None:
            number = self._numbers[chunk] = len(self.texts)
            self.texts.append(chunk)
            self._characters += len(chunk)
        return number

    def numbers(self, text: str, starts: Ints, ends: Ints, first: Keys, following: Keys) -> Ints:
        """The numbers of chunks of a text, by their keys (0 where one has none)."""
        with self._lock:
            numbers = self._find(first, following)
            new = (numbers == 0).nonzero()[0]
            if len(new):
                spans = zip(starts.take(new).tolist(), ends.take(new).tolist(), strict=True)
                numbers[new] = [self._number(text[start:end]) for start, end in spans]
                new = new[first.take(new) > 0]
                self._keep_keys(numbers.take(new), first.take(new), following.take(new))
            return numbers

    def _find(self, first: Keys, following: Keys) -> Ints:
        """The numbers of keys, 0 where they are not there."""
        places = self._places(first, following)
        numbers = self._slots.take(places).astype(np.int64)
        left = wrong = self._wrong(numbers, first, following)
        for _ in range(_PROBES):
            if len(wrong) < _FEW:
                break
            first, following = first.take(wrong), following.take(wrong)
            places = (places.take(wrong) + 1) & (len(self._slots) - 1)
            found = numbers[left] = self._slots.take(places)
            wrong = self._wrong(found, first, following)
            left = left.take(wrong)
        numbers[left] = 0
        return numbers

    def _wrong(self, found: NDArray[np.integer[Any]], first: Keys, following: Keys) -> Ints:
        """Which keys are not those of the numbers in their places, and may be further on."""
        differ = self._first.take(found) != first
        differ |= self._next.take(found) != following
        which = differ.nonzero()[0]
        further: Ints = which[found.take(which) > 0]  # a free slot ends the search
        return further

    def _places(self, first: Keys, following: Keys) -> Ints:
        """Where the search for keys begins."""
        shift = np.uint64(65 - len(self._slots).bit_length())
        hashes = first * np.uint64(0x9E3779B97F4A7C15) + following * np.uint64(0xD6E8FEB86659FD93)
        return (hashes >> shift).view(np.int64)

    def _keep_keys(self, numbers: Ints, first: Keys, following: Keys) -> None:
        """Put chunks that have a key where they will be found."""
        if len(self.texts) > len(self._first):
            room = np.zeros(2 * len(self.texts) - len(self._first), np.uint64)
            self._first, self._next = np.append(self._first, room), np.append(self._next, room)
        fresh = (self._first.take(numbers) == 0).nonzero()[0]
        if not len(fresh):
            return
        self._first[numbers[fresh]], self._next[numbers[fresh]] = first[fresh], following[fresh]
        new = np.array(list(dict.fromkeys(numbers[fresh].tolist())))
        self._keyed += len(new)
        if self._keyed * 8 > len(self._slots):
            self._slots = np.zeros(1 << (self._keyed * 16).bit_length(), np.int32)
            new = self._first.nonzero()[0]
        self._place(new)

    def _place(self, numbers: Ints) -> None:
        """Give each number the first free slot from its place on; one that finds none has its text only."""
        places = self._places(self._first[numbers], self._next[numbers])
        for _ in range(_PROBES):
            free = self._slots[places] == 0
            self._slots[places[free]] = numbers[free]  # of two at one place, the last one stays
            left = self._slots[places] != numbers
            if not left.any():
                break
            numbers, places = numbers[left], (places[left] + 1) & (len(self._slots) - 1)


class ChunkTable(NamedTuple):
    """The chunks of some texts and the marks between them, in order.

    All offsets are into `text`, in which the texts stand one behind the other, each from its place in
    `bases` on; `codes` are those of its characters (`codes_of`). `numbers` are those of the chunks in
    `vocabulary`. `marks` are the places of what else is no space, and `kinds` say what stands there and
    behind it: 256 times its code and that of the next character.
    """

    text: str
    bases: Ints
    codes: NDArray[np.uint8]
    starts: Ints
    ends: Ints
    numbers: Ints
    marks: Ints
    kinds: Ints
    vocabulary: Vocabulary

    def places(self, wanted: Flags) -> Ints:
        """The places of some marks; `wanted` tells which, by their code and that of the next character."""
        return self.marks[wanted.take(self.kinds)]


_current = Vocabulary()


def read_chunks(texts: Sequence[str]) -> ChunkTable:
    """Find the chunks of some texts."""
    global _current
    if _current.is_full:
        _current = Vocabulary()
    vocabulary, text = _current, "\n".join(texts)
    bases = [*accumulate([len(text) + 1 for text in texts], initial=0)]
    parts = [_read(text, start, end, vocabulary) for start, end in _portions(text)]
    columns = parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
    return ChunkTable._make((text, int_array(bases[:-1]), *columns, vocabulary))


def _portions(text: str) -> Iterator[tuple[int, int]]:
    """Whole lines to read at once; from the second on, they begin with the end of the line before."""
    start = 0
    while len(text) - start > _PORTION:
        cut = text.rfind("\n", start + 1, start + _PORTION)
        if cut < 0 and (cut := text.find("\n", start + _PORTION)) < 0:
            break
        yield start, cut
        start = cut
    yield start, len(text)


def _read(text: str, start: int, end: int, vocabulary: Vocabulary) -> tuple[NDArray[Any], ...]:
    """The chunks and marks of a part of a text; see `ChunkTable`."""
    part = text[start:end]
    codes = _codes(part)
    inside = codes >= _FIRST_LETTER
    edges = (inside[1:] != inside[:-1]).nonzero()[0]
    starts, ends = edges[0::2].copy(), edges[1::2].copy()
    sizes = ends - starts
    codes = codes[1:]
    eight = np.ndarray((len(codes) - _KEY_BYTES + 1,), "<u8", codes, strides=(1,))
    first = eight[starts] & _FIRST_BYTES.take(sizes, mode="clip")
    following = np.zeros(len(starts), np.uint64)
    long = (sizes > _KEY_BYTES).nonzero()[0]  # one in ten
    following[long] = eight[starts.take(long) + _KEY_BYTES] & _NEXT_BYTES.take(sizes.take(long), mode="clip")
    others = (codes == _OTHER).nonzero()[0]
    if len(others):
        unkeyed = starts.searchsorted(others, "right") - 1
        first[unkeyed] = following[unkeyed] = 0
    numbers = vocabulary.numbers(part, starts, ends, first, following)
    marks = (codes[:-_ROOM] - np.uint8(_FIRST_MARK) < _FIRST_LETTER - _FIRST_MARK).nonzero()[0]
    kinds = codes.take(marks).astype(np.int64) * 256 + codes.take(marks + 1)
    if start:
        for places in (starts, ends, marks):
            places += start
    return codes[:-_ROOM], starts, ends, numbers, marks, kinds


@lru_cache(maxsize=8)
def any_of(marks: str) -> Flags:
    """These marks, whatever stands behind them, as `ChunkTable.places` takes them."""
    flags = np.zeros((256, 256), np.bool_)
    flags[codes_of(marks)] = True
    return flags


@lru_cache(maxsize=16)
def are_among(characters: str) -> Flags:
    """Which codes are those of these characters (`codes_of`); that of space is of all but U+1680."""
    flags = np.zeros(256, np.bool_)
    flags[codes_of(characters)] = True
    return flags


@lru_cache(maxsize=1)
def may_be_space() -> Flags:
    """Which codes white space may have: U+1680 shares that of many letters."""
    flags = are_among(" \n").copy()
    flags[_OTHER] = True
    return flags


@lru_cache(maxsize=1)
def may_be_small() -> Flags:
    """Which codes small letters may have."""
    return np.isin(kinds_of_codes(), (charkinds.LOWER, MIXED))


def codes_of(characters: str) -> NDArray[np.uint8]:
    """The codes of characters: `MARKS`, letters of ASCII and a few more have one of their own."""
    return _codes(characters)[1:-_ROOM]


@lru_cache(maxsize=1)
def kinds_of_codes() -> NDArray[np.uint8]:
    """The kind (`charkinds`) of the characters of each code, `MIXED` where they are of several."""
    kinds = np.full(256, MIXED, np.uint8)
    kinds[_FIRST_KIND:_FIRST_LETTER] = np.arange(charkinds.COUNT)
    own = " " + MARKS + ODD_MARK + _OWN_CODE
    kinds[codes_of(own)] = [*map(charkinds.kind_of, own)]
    return kinds


@lru_cache(maxsize=1)
def _table() -> NDArray[np.uint8]:
    """The code of each character; of most, it is asked for when the first of them is met."""
    codes = np.zeros(0x110000, np.uint8)  # pages that are never touched cost nothing
    codes[:0x80] = [_code_of(chr(character)) for character in range(0x80)]
    for mark, code in _MARK_CODES.items():
        codes[ord(mark)] = code
    codes[[*map(ord, _OWN_CODE)]] = np.arange(_FIRST_LETTER, _FIRST_LETTER + len(_OWN_CODE))
    return codes


def _codes(text: str) -> NDArray[np.uint8]:
    """The code of each character of a text, between that of a space and those of `_ROOM` line ends."""
    units = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    table = _table()
    codes = np.empty(1 + len(units) + _ROOM, np.uint8)
    codes[0], codes[-_ROOM:] = _SPACE, _MARK_CODES["\n"]
    own = codes[1:-_ROOM]
    table.take(units, out=own, mode="clip")  # which writes where it should; there is nothing to clip
    if not own.all():
        for character in set(map(int, units[own == 0])):
            table[character] = _code_of(chr(character))
        table.take(units, out=own, mode="clip")
    return codes


def _code_of(character: str) -> int:
    kind = charkinds.kind_of(character)
    if (
        character.isalnum()
        or character in INSIDE_A_WORD
        or is_symbol(character)
        or kind in charkinds.IN_WORDS
    ):
        return _OTHER
    if character.isspace():
        return _SPACE
    if unicodedata.normalize("NFC", character) != character:
        return _MARK_CODES[ODD_MARK]
    return _FIRST_KIND + kind
