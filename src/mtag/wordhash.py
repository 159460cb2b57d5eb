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

KIND, GOES_ON, COMMON = 15, 16, 32
"""What is known of a word: one more than the kind of the phrase of page furniture that it is, and bits.

Longer phrases may begin with it; it is among the commonest words of a language.
"""

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


def _beginnings() -> dict[int, int]:
    """The phrases of furniture and their beginnings, by the rolling hash of their words."""
    known: dict[int, int] = {}
    for kind, words in phrases():
        total = 0
        for number, word in enumerate(words, start=1):
            total = (total * 31 + hash_word(word)) & _MASK
            value = known.get(total, 0)
            if number < len(words):
                known[total] = value | GOES_ON
            elif not value & KIND:  # a phrase of two kinds is of the first
                known[total] = value | (kind + 1)
    return known


@lru_cache(maxsize=1)
def _known() -> tuple[KeyTable, KeyTable]:
    """What is known of single words, and of phrases and their beginnings."""
    beginnings = _beginnings()
    firsts = {hash_word(words[0]) for _, words in phrases()}
    singles = {word: beginnings[word] for word in sorted(firsts)}
    for listed in STOP_WORDS.values():
        for word in listed.split():
            singles[hash_word(word)] = singles.get(hash_word(word), 0) | COMMON
    return KeyTable(singles), KeyTable(beginnings)


def known_words(hashes: Words) -> npt.NDArray[np.uint8]:
    """What is known of words: `KIND`, `GOES_ON` and `COMMON` of each."""
    return _known()[0].look_up(hashes)


def phrase_cover(
    hashes: Words, known: npt.NDArray[np.uint8], owner: Ints, first: Ints, seen: Ints
) -> tuple[Floats, Floats]:
    """Words of each block that stand in phrases of each kind, and whether a phrase opens the block.

    Args:
        hashes: of all words of all blocks.
        known: what is known of each (`known_words`).
        owner: the block of each.
        first: the place of the first word of each block.
        seen: the number of words of each block.

    Returns:
        Two tables, one row a kind and one column a block.
    """
    n, kinds = len(seen), len(KINDS)
    covered, opens = np.zeros((2, kinds * n), np.float32)
    free = np.ones(len(hashes), np.bool_)
    limit = first + np.where(seen <= _READ_WHOLE, seen, _READ_FIRST)
    for places, kind, length in reversed(_phrases(hashes, known, limit[owner])):
        keep = free[places]  # the longest phrases take their words first
        places, kind = places[keep], kind[keep]
        if length > 1:
            free[places[:, None] + np.arange(length)] = False
        block = owner[places]
        cells = kind * n + block
        np.add.at(covered, cells, np.float32(length))
        opens[cells[places == first[block]]] = 1
    return covered.reshape(kinds, n), opens.reshape(kinds, n)


def _phrases(hashes: Words, known: npt.NDArray[np.uint8], limit: Ints) -> list[tuple[Ints, Ints, int]]:
    """The phrases of each length that end before a limit, shortest first: (first words, kinds, length)."""
    places = ((known & (KIND | GOES_ON)) > 0).nonzero()[0]
    limit = limit[places]
    rolling, values, length = hashes[places], known[places], 1
    found: list[tuple[Ints, Ints, int]] = []
    while len(places):
        inside = places + length <= limit
        hits = (inside & ((values & KIND) > 0)).nonzero()[0]
        if len(hits):
            found.append((places[hits], (values[hits] & KIND).astype(np.int64) - 1, length))
        live = (inside & ((values & GOES_ON) > 0)).nonzero()[0]
        places, limit, rolling = places[live], limit[live], rolling[live]
        upcoming = np.minimum(places + length, len(hashes) - 1)
        rolling = rolling * np.uint64(31) + hashes[upcoming]
        values = _known()[1].look_up(rolling)
        length += 1
    return found


def line_hashes(hashes: Words, first: Ints, seen: Ints) -> tuple[Words, Words]:
    """Hashes of the whole of each line and of its first four words; arguments as for `phrase_cover`."""
    up, down = powers(len(hashes) + 1)
    total = np.zeros(len(hashes) + 1, np.uint64)
    np.multiply(hashes, up[: len(hashes)], out=total[1:])
    total.cumsum(out=total)
    before, scale = total.take(first), down.take(first)
    whole, head = total.take(first + seen) - before, total.take(first + np.minimum(seen, 4)) - before
    return whole * scale, head * scale
