"""Hashes of words and phrases, the same in every process and on every machine.

A word's hash is a polynomial in its characters modulo 2⁶⁴ (Karp and Rabin 1987), mixed; folded
characters beyond `TABLE` count as one letter.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mtag.furniture import KINDS, MAX_PHRASE_WORDS, STOP_WORDS, phrases

Words: TypeAlias = npt.NDArray[np.uint64]
Floats: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.int64]

TABLE = 0x3100
"""Code points with a letter of their own."""

LONGEST = 260_000
"""Characters that may be hashed in one pass."""

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


def hash_word(word: str) -> int:
    """Hash a folded word as `Page` does; the same in every process."""
    total = 0
    for char in reversed(word):  # Horner's rule
        total = (total * _BASE + min(ord(char), TABLE - 1) + 1) & _MASK
    return _mix(total)


def _mix(value: int) -> int:
    value ^= value >> 31
    value = value * 0xD6E8FEB86659FD93 & _MASK
    return value ^ value >> 29


@lru_cache(maxsize=1)
def stop_hashes() -> tuple[Words, npt.NDArray[np.uint8]]:
    """Sorted hashes of the commonest words, and in which languages (1 English, 2 French, 3 both)."""
    flags: dict[int, int] = {}
    for bit, language in ((1, "en"), (2, "fr")):
        for word in STOP_WORDS[language].split():
            key = hash_word(word)
            flags[key] = flags.get(key, 0) | bit
    ordered = sorted(flags)
    return np.array(ordered, np.uint64), np.array([flags[key] for key in ordered], np.uint8)


@lru_cache(maxsize=1)
def phrase_hashes() -> tuple[Words, tuple[tuple[Words, npt.NDArray[np.uint8]], ...]]:
    """Sorted hashes of first words; for each length in words, those of its phrases and their kinds."""
    tables: list[dict[int, int]] = [{} for _ in range(MAX_PHRASE_WORDS)]
    listed = phrases()
    hashes = {word: hash_word(word) for word in {word for _, words in listed for word in words}}
    for kind, words in listed:
        total = 0
        for word in words:
            total = (total * 31 + hashes[word]) & _MASK
        tables[len(words) - 1].setdefault(total, kind)
    firsts = sorted({hashes[words[0]] for _, words in listed})
    return np.array(firsts, np.uint64), tuple(
        (np.array(sorted(table), np.uint64), np.array([table[key] for key in sorted(table)], np.uint8))
        for table in tables
    )


def look_up(keys: Words, table: Words, values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Value of each key in a sorted table, 0 where it has none."""
    places = np.minimum(np.searchsorted(table, keys), len(table) - 1)
    return np.where(table[places] == keys, values[places], 0).astype(np.uint8)


def phrase_cover(owner: Ints, hashes: Words, seen: Floats, word_first: Ints) -> tuple[Floats, Floats]:
    """Words of each block that stand in phrases of each kind, and whether a phrase opens the block."""
    n, kinds = len(seen), len(KINDS)
    covered = np.zeros((n, kinds), np.float32)
    opens = np.zeros((n, kinds), np.float32)
    place = np.arange(len(hashes)) - word_first[owner]
    near = np.flatnonzero((seen[owner] <= 40) | (place < 10))
    if not len(near):
        return covered, opens
    owner, single, place = owner[near], hashes[near], place[near]
    free = np.ones(len(near), bool)
    found: list[tuple[Ints, npt.NDArray[np.uint8], int]] = []
    firsts, tables = phrase_hashes()
    begins = np.flatnonzero(look_up(single, firsts, np.ones(len(firsts), np.uint8)))
    rolling = np.zeros(len(begins), np.uint64)
    for length, (table, values) in enumerate(tables, start=1):
        inside = begins + (length - 1) < len(near)
        begins, rolling = begins[inside], rolling[inside]
        rolling = rolling * np.uint64(31) + single[begins + (length - 1)]
        if not len(table) or not len(begins):
            continue
        places = np.minimum(np.searchsorted(table, rolling), len(table) - 1)
        ends = begins + (length - 1)
        hit = (table[places] == rolling) & (owner[begins] == owner[ends])
        hit &= place[ends] - place[begins] == length - 1
        found.append((begins[hit], values[places[hit]], length))
    for hits, kind, length in reversed(found):  # the longest phrases take their words first
        keep = free[hits]
        hits, kind = hits[keep], kind[keep]
        for offset in range(length):
            free[hits + offset] = False
        np.add.at(covered, (owner[hits], kind), length)
        at_start = place[hits] == 0
        opens[owner[hits[at_start]], kind[at_start]] = 1
    return covered, opens


def line_hashes(owner: Ints, hashes: Words, seen: Floats, word_first: Ints) -> tuple[Words, Words, Words]:
    """Hashes of the whole of each line, of its first four words, and of lines of at most four words."""
    n = len(seen)
    up, _ = powers(len(hashes))
    place = np.arange(len(hashes)) - word_first[owner]
    weighted = hashes * up[np.minimum(place, len(up) - 1)]
    total = np.concatenate((np.zeros(1, np.uint64), np.cumsum(weighted)))
    stop = np.concatenate((word_first[1:], [len(hashes)])) if n else word_first
    whole = total[stop] - total[word_first]
    head = total[np.minimum(word_first + 4, stop)] - total[word_first]
    return whole, head, np.where(seen <= 4, whole, np.uint64(0))
