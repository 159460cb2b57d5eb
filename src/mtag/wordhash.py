"""Hashes of words and phrases, the same in every process and on every machine.

A word's hash is a polynomial in its characters modulo 2⁶⁴ (Karp and Rabin 1987), mixed; folded
characters beyond `TABLE` count as one letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import count
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mtag.furniture import KINDS, STOP_WORDS, phrases

Words: TypeAlias = npt.NDArray[np.uint64]
Floats: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.int64]

TABLE = 0x3100
"""Code points with a letter of their own."""

LONGEST = 260_000
"""Characters that may be hashed in one pass."""

COMMON, OPENS = 1, 2
"""Bits of a known word: it is among the commonest of a language; a phrase of page furniture opens with it."""

_GOES_ON = 1 << 7
"""Bit of the beginning of a longer phrase; the others hold one more than the phrase's kind, or 0."""

_READ_WHOLE, _READ_FIRST = 40, 10
"""Phrases are looked for in all of a block of so many words, and in the first words of a longer one."""

_BASE = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


def powers(length: int) -> tuple[Words, Words]:
    """Powers of the hash's base modulo 2⁶⁴ and of its inverse, for so many characters or more."""
    return _powers(next(size for size in (8_192, 65_536, LONGEST) if length <= size or size == LONGEST))


@lru_cache(maxsize=3)
def _powers(size: int) -> tuple[Words, Words]:
    up = np.full(size, _BASE, np.uint64)
    down = np.full(size, pow(_BASE, -1, 1 << 64), np.uint64)
    up[0] = down[0] = 1
    return np.multiply.accumulate(up), np.multiply.accumulate(down)


@lru_cache(maxsize=4096)
def hash_word(word: str) -> int:
    """Hash a folded word as `blockfeatures` does; the same in every process."""
    total = 0
    for char in reversed(word):  # Horner's rule
        total = (total * _BASE + min(ord(char), TABLE - 1) + 1) & _MASK
    return _mix(total)


def _mix(value: int) -> int:
    value ^= value >> 31
    value = value * 0xD6E8FEB86659FD93 & _MASK
    return value ^ value >> 29


class KeyTable:
    """A small number for each of some keys, 0 for all other keys; found without a search.

    Every key has a place of its own: the multiplier is chosen so.
    """

    def __init__(self, known: Mapping[int, int]) -> None:
        """Make a table of keys below 2⁶⁴ and their values, 0 to 255."""
        keys = np.array([0, *known], np.uint64)
        bits = max(8, 2 * len(known).bit_length() - 4)
        self._shift = np.uint64(64 - bits)
        for number in count(1):
            self._factor = np.uint64(number * _BASE & _MASK | 1)
            places = self._places(keys[1:])
            if len(set(places.tolist())) == len(known):
                break
        self._rows = np.zeros(1 << bits, np.uint16)
        self._rows[places] = np.arange(1, len(keys))
        self._keys = keys
        self._values = np.array([0, *known.values()], np.uint8)

    def _places(self, keys: Words) -> Ints:
        return ((keys * self._factor) >> self._shift).view(np.int64)

    def look_up(self, keys: Words) -> npt.NDArray[np.uint8]:
        """The value of each key."""
        rows = self._rows.take(self._places(keys))
        known: npt.NDArray[np.bool_] = self._keys.take(rows) == keys
        return np.multiply(self._values.take(rows), known, dtype=np.uint8)


@lru_cache(maxsize=1)
def known_words() -> KeyTable:
    """What is known of words by their hashes: the bits `COMMON` and `OPENS`."""
    known = {hash_word(word): COMMON for listed in STOP_WORDS.values() for word in listed.split()}
    for _, words in phrases():
        key = hash_word(words[0])
        known[key] = known.get(key, 0) | OPENS
    return KeyTable(known)


@lru_cache(maxsize=1)
def _known_phrases() -> KeyTable:
    """The phrases of furniture and their beginnings, by the rolling hash of their words."""
    known: dict[int, int] = {}
    for kind, words in phrases():
        total = 0
        for number, word in enumerate(words, start=1):
            total = (total * 31 + hash_word(word)) & _MASK
            value = known.get(total, 0)
            if number < len(words):
                known[total] = value | _GOES_ON
            elif not value & ~_GOES_ON:  # a phrase of two kinds is of the first
                known[total] = value | (kind + 1)
    return KeyTable(known)


def phrase_cover(hashes: Words, opening: Ints, owner: Ints, first: Ints, seen: Ints) -> tuple[Floats, Floats]:
    """Words of each block that stand in phrases of each kind, and whether a phrase opens the block.

    Args:
        hashes: of all words of all blocks.
        opening: places of the words that may open a phrase, in order.
        owner: the block of each of those.
        first: the place of the first word of each block.
        seen: the number of words of each block.

    Returns:
        Two tables, one row a kind and one column a block.
    """
    n, kinds = len(seen), len(KINDS)
    covered = np.zeros(kinds * n, np.float32)
    opens = np.zeros(kinds * n, np.float32)
    room = first + np.where(seen <= _READ_WHOLE, seen, _READ_FIRST)
    places, room = opening, room[owner] - opening
    rolling = np.zeros(len(places), np.uint64)
    found: list[tuple[Ints, Ints, int]] = []
    length = 0
    live = room > length
    while live.any():
        places, owner, room, rolling = places[live], owner[live], room[live], rolling[live]
        rolling = rolling * np.uint64(31) + hashes[places + length]
        length += 1
        values = _known_phrases().look_up(rolling)
        kind = (values & (_GOES_ON - 1)).astype(np.int64) - 1
        if len(hit := np.flatnonzero(kind >= 0)):
            found.append((places[hit], kind[hit] * n + owner[hit], length))
        live = (values >= _GOES_ON) & (room > length)
    free = np.ones(len(hashes), bool)
    for places, cells, length in reversed(found):  # the longest phrases take their words first
        keep = free[places]
        places, cells = places[keep], cells[keep]
        for offset in range(length):
            free[places + offset] = False
        np.add.at(covered, cells, np.float32(length))
        opens[cells[places == first[cells % n]]] = 1
    return covered.reshape(kinds, n), opens.reshape(kinds, n)


def line_hashes(hashes: Words, owner: Ints, first: Ints, seen: Ints) -> tuple[Words, Words]:
    """Hashes of the whole of each line and of its first four words; arguments as for `phrase_cover`."""
    up, _ = powers(len(hashes))
    place = np.arange(len(hashes)) - first[owner]
    total = np.zeros(len(hashes) + 1, np.uint64)
    np.cumsum(hashes * up[np.minimum(place, len(up) - 1)], out=total[1:])
    before = total[first]
    return total[first + seen] - before, total[first + np.minimum(seen, 4)] - before
