"""Hashes of words and lines, and the phrases of page furniture by them; the same in every process.

A word's hash is a polynomial in its characters modulo 2⁶⁴ (Karp and Rabin 1987), mixed; folded
characters beyond `charkinds.TABLE` count as one letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import accumulate, chain

import numpy as np
import numpy.typing as npt

from mtag.arrays import Flags, Floats32, Hashes, Ints, spread
from mtag.charkinds import CHARACTERS, TABLE
from mtag.furniture import KINDS, STOP_WORDS, phrases

LONGEST = 260_000
"""Characters that may be hashed in one pass."""

KIND, GOES_ON, COMMON, SECOND, LATER = 15, 16, 32, 64, 128
"""What is known of a word: one more than the kind of the phrase of page furniture that it is, and bits.

Longer phrases may begin with it; it is among the commonest words of a language; it is the second word of
phrases; it is the third or a later one.
"""

_KIND_OF = (np.arange(256) & KIND) - 1
"""The kind of furniture of a word of which so much is known."""

_READ_WHOLE, _READ_FIRST = 40, 10
"""Phrases are looked for in all of a block of so many words, and in the first words of a longer one."""

_BASE = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


def powers(length: int) -> tuple[Hashes, Hashes]:
    """Powers of the hash's base modulo 2⁶⁴ and of its inverse, for so many characters or more."""
    return _powers(next(size for size in (8_192, 65_536, LONGEST) if length <= size or size == LONGEST))


@lru_cache(maxsize=3)
def _powers(size: int) -> tuple[Hashes, Hashes]:
    up = np.full(size, _BASE, np.uint64)
    down = np.full(size, pow(_BASE, -1, 1 << 64), np.uint64)
    up[0] = down[0] = 1
    return np.multiply.accumulate(up), np.multiply.accumulate(down)


def hash_word(word: str) -> int:
    """Hash a folded word as `hash_words` does; the same in every process."""
    total = 0
    for char in reversed(word):  # Horner's rule
        total = (total * _BASE + min(ord(char), TABLE - 1) + 1) & _MASK
    return _mix(total)


def _mix(value: int) -> int:
    value ^= value >> 31
    value = value * 0xD6E8FEB86659FD93 & _MASK
    return value ^ value >> 29


def hash_words(codes: npt.NDArray[np.uint32], starts: Ints, ends: Ints) -> Hashes:
    """Hash the words of a row of code points whose kinds have been asked for; none stands at its start."""
    up, down = powers(len(codes))
    prefix = CHARACTERS.letters.take(codes, mode="clip")
    prefix *= up[: len(codes)]
    prefix.cumsum(out=prefix)
    hashes = prefix.take(ends - 1)
    hashes -= prefix.take(starts - 1)
    hashes *= down.take(starts)
    hashes ^= hashes >> np.uint64(31)
    hashes *= np.uint64(0xD6E8FEB86659FD93)
    hashes ^= hashes >> np.uint64(29)
    return hashes


@lru_cache(maxsize=1)
def _hashes() -> dict[str, int]:
    """The hash of each word of which something is known."""
    listed = [words for _, words in phrases()] + [tuple(words.split()) for words in STOP_WORDS.values()]
    words = [*dict.fromkeys(chain.from_iterable(listed))]
    codes = np.frombuffer(f" {' '.join(words)}".encode("utf-32-le"), "<u4")
    CHARACTERS.kinds(codes)
    ends = np.array([*accumulate(len(word) + 1 for word in words)])
    starts = np.append(0, ends[:-1]) + 1
    return dict(zip(words, hash_words(codes, starts, ends).tolist(), strict=True))


@lru_cache(maxsize=1)
def _beginnings() -> dict[int, int]:
    """The phrases of furniture and their beginnings, by the rolling hash of their words."""
    known: dict[int, int] = {}
    hashes = _hashes()
    for kind, words in phrases():
        total = 0
        for number, word in enumerate(words, start=1):
            total = (total * 31 + hashes[word]) & _MASK
            value = known.get(total, 0)
            if number < len(words):
                known[total] = value | GOES_ON
            elif not value & KIND:  # a phrase of two kinds is of the first
                known[total] = value | (kind + 1)
    return known


@lru_cache(maxsize=1)
def _pairs() -> tuple[Hashes, Ints]:
    """The rolling hashes of the first two words of phrases, in order, and what is known of each pair."""
    hashes = _hashes()
    pairs = {words[:2] for _, words in phrases() if len(words) > 1}
    ordered = sorted((hashes[first] * 31 + hashes[second]) & _MASK for first, second in pairs)
    return np.array(ordered, np.uint64), np.array([_beginnings()[one] for one in ordered])


@lru_cache(maxsize=1)
def _singles() -> tuple[Hashes, npt.NDArray[np.uint8]]:
    """The hashes of the single words of which something is known, in order, and what it is."""
    beginnings, hashes = _beginnings(), _hashes()
    known: dict[int, int] = {}
    for _, (first, *others) in phrases():
        known[hashes[first]] = known.get(hashes[first], 0) | beginnings[hashes[first]]
        for place, word in enumerate(others):
            known[hashes[word]] = known.get(hashes[word], 0) | (LATER if place else SECOND)
    for listed in STOP_WORDS.values():
        for word in listed.split():
            known[hashes[word]] = known.get(hashes[word], 0) | COMMON
    ordered = sorted(known)
    return np.array(ordered, np.uint64), np.array([known[word] for word in ordered], np.uint8)


def known_words(hashes: Hashes) -> npt.NDArray[np.uint8]:
    """What is known of words: `KIND`, `GOES_ON`, `COMMON`, `SECOND` and `LATER` of each."""
    words, traits = _singles()
    places = words.searchsorted(hashes)
    found: Flags = words.take(places, mode="clip") == hashes
    return np.multiply(traits.take(places, mode="clip"), found, dtype=np.uint8)


def phrase_cover(hashes: Hashes, known: npt.NDArray[np.uint8], edges: Ints) -> tuple[Floats32, Floats32]:
    """Hashes of each block that stand in phrases of each kind, and whether a phrase opens the block.

    Args:
        hashes: of all words of all blocks.
        known: what is known of each (`known_words`).
        edges: the place of the first word of each block, and the end of the last one.

    Returns:
        Two tables, one row a kind and one column a block.
    """
    first, last = edges[:-1], edges[1:]
    seen = last - first
    n, kinds = len(seen), len(KINDS)
    owner = np.arange(n).repeat(seen)
    limit = np.where(seen <= _READ_WHOLE, last, first + _READ_FIRST)
    single = known & np.uint8(KIND)
    longer, kind, length = _longer_phrases(hashes, known, owner, limit)
    if len(longer):
        single[spread(longer, length)[1]] = 0
    places = (single > 0).nonzero()[0]
    places = places[places < limit.take(owner.take(places))]
    cells = _KIND_OF.take(single.take(places))
    covers = None
    if len(longer):
        covers = np.concatenate((length, np.ones(len(places))))
        places, cells = np.concatenate((longer, places)), np.concatenate((kind, cells))
    block = owner.take(places)
    cells *= n
    cells += block
    covered = np.bincount(cells, covers, kinds * n).astype(np.float32)
    opens = np.zeros(kinds * n, np.float32)
    opens[cells[places == first.take(block)]] = 1
    return covered.reshape(kinds, n), opens.reshape(kinds, n)


def _longer_phrases(
    hashes: Hashes, known: npt.NDArray[np.uint8], owner: Ints, limit: Ints
) -> tuple[Ints, Ints, Ints]:
    """The phrases of several words: their first words, kinds and lengths.

    They end before the limit of their block. Where two overlap, the longer one stays; of the same
    length, both.
    """
    places = (((known[:-1] & GOES_ON) > 0) & ((known[1:] & SECOND) > 0)).nonzero()[0]
    places = places[places + 2 <= limit.take(owner.take(places))]
    rolling = hashes.take(places)
    rolling *= np.uint64(31)
    rolling += hashes.take(places + 1)
    pairs, values = _pairs()
    which = pairs.searchsorted(rolling)
    begun = (pairs.take(which, mode="clip") == rolling).nonzero()[0]
    if not len(begun):
        return begun, begun, begun
    places, value = places.take(begun), values.take(which.take(begun))
    of_two = (value & KIND).nonzero()[0]
    firsts, kinds = places.take(of_two), (value.take(of_two) & KIND) - 1
    lengths = np.full(len(of_two), 2)
    later = known.take(places + 2, mode="clip") >= LATER
    going_on = (((value & GOES_ON) > 0) & later).nonzero()[0]
    begin = places.take(going_on)
    columns = (begin, rolling.take(begun.take(going_on)), limit.take(owner.take(begin)))
    found = [*chain.from_iterable(map(partial(_going_on, hashes), *(one.tolist() for one in columns)))]
    if found:
        both = zip((firsts, kinds, lengths), np.array(found).T, strict=True)
        firsts, kinds, lengths = map(np.concatenate, both)
        order = np.lexsort((lengths, firsts))
        firsts, kinds, lengths = firsts[order], kinds[order], lengths[order]
    if (firsts[:-1] + lengths[:-1] > firsts[1:]).any():
        phrases = zip(firsts.tolist(), kinds.tolist(), lengths.tolist(), strict=True)
        firsts, kinds, lengths = np.array(_longest([*phrases])).T
    return firsts, kinds, lengths


def _going_on(hashes: Hashes, place: int, rolling: int, limit: int) -> Iterator[tuple[int, int, int]]:
    """Yield the phrases of three words or more (first word, kind, length) that a pair of words begins."""
    beginnings = _beginnings()
    for length in range(3, limit - place + 1):
        rolling = (rolling * 31 + int(hashes[place + length - 1])) & _MASK
        value = beginnings.get(rolling, 0)
        if value & KIND:
            yield place, (value & KIND) - 1, length
        if not value & GOES_ON:
            break


def _longest(phrases: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The phrases whose first word is in no longer one, the longest first."""
    taken: set[int] = set()
    kept: list[tuple[int, int, int]] = []
    for size in range(max(length for _, _, length in phrases), 1, -1):
        fitting = [phrase for phrase in phrases if phrase[2] == size and phrase[0] not in taken]
        taken.update(place + step for place, _, _ in fitting for step in range(size))
        kept += fitting
    return kept


def line_hashes(hashes: Hashes, edges: Ints) -> tuple[Hashes, Hashes]:
    """Hashes of the whole of each line and of its first four words; arguments as for `phrase_cover`."""
    up, down = powers(len(hashes) + 1)
    total = np.zeros(len(hashes) + 1, np.uint64)
    np.multiply(hashes, up[: len(hashes)], out=total[1:])
    total.cumsum(out=total)
    first, last = edges[:-1], edges[1:]
    at_edges, scale = total.take(edges), down.take(first)
    before = at_edges[:-1]
    whole, head = at_edges[1:] - before, total.take(np.minimum(first + 4, last)) - before
    return whole * scale, head * scale
