"""Which blocks of a page its reviewed main content holds: an alignment of words, in order.

Anchors are runs of four words that are unique in the gold text; the longest increasing chain of
them (patience sorting, as in `diff --patience`) fixes the order, and the gaps between are compared
word by word. Blocks in another order count where most of their words are still wanted.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher

_WORD = re.compile(r"\w+")
_GRAM = 4
_EXACT_GAP = 400_000
_WIDEST_GAP = 4_000_000
_FEWEST_WORDS = 6


def words(text: str) -> list[str]:
    """Lower-case words of a text, as the benchmark's scorer takes them."""
    return _WORD.findall(text.lower())


def shingles(text: str, size: int = _GRAM) -> Counter[tuple[str, ...]]:
    """Count the runs of `size` words of a text; a shorter text is one shingle."""
    found = words(text)
    if len(found) < size:
        return Counter([tuple(found)] if found else [])
    return Counter(zip(*[found[place:] for place in range(size)], strict=False))


def gold_shares(gold: str, blocks: Sequence[str]) -> list[float]:
    """Return for each block the share of its words, 0 to 1, that stand in the gold text in order."""
    wanted = words(gold)
    per_block = [words(block) for block in blocks]
    page = [word for found in per_block for word in found]
    matched, used = [False] * len(page), [False] * len(wanted)
    gold_grams = _grams(wanted)
    last_page = last_gold = 0
    for place, target in [*_anchors(gold_grams, _grams(page)), (len(page), len(wanted))]:
        _match_gap(page, wanted, (last_page, place), (last_gold, target), matched, used)
        for step in range(_GRAM if place < len(page) else 0):
            matched[place + step] = used[target + step] = True
        last_page, last_gold = min(place + _GRAM, len(page)), min(target + _GRAM, len(wanted))
    shares = []
    start = 0
    for found in per_block:
        size = len(found)
        share = sum(matched[start : start + size]) / size if size else 0.0
        if size < _GRAM and share < 1:
            share = 0.0  # a stray word of a short block is no evidence
        elif size >= _FEWEST_WORDS and share < 0.5 and _still_wanted(found, gold_grams, used):
            share = 1.0
        shares.append(share)
        start += size
    return shares


def _grams(found: list[str]) -> dict[tuple[str, ...], list[int]]:
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place in range(len(found) - _GRAM + 1):
        places[tuple(found[place : place + _GRAM])].append(place)
    return places


def _anchors(
    gold: dict[tuple[str, ...], list[int]], page: dict[tuple[str, ...], list[int]]
) -> list[tuple[int, int]]:
    """The longest chain of anchors (place on the page, place in the gold text) that keeps both orders."""
    pairs = [
        (place, targets[0])
        for gram, targets in gold.items()
        if len(targets) == 1 and len(page.get(gram, ())) in (1, 2, 3)
        for place in page[gram]
    ]
    pairs.sort(key=lambda pair: (pair[0], -pair[1]))
    ends: list[int] = []
    end_pairs: list[int] = []
    previous = [-1] * len(pairs)
    for number, (_, target) in enumerate(pairs):
        rank = bisect_left(ends, target)
        if rank == len(ends):
            ends.append(target)
            end_pairs.append(number)
        else:
            ends[rank], end_pairs[rank] = target, number
        previous[number] = end_pairs[rank - 1] if rank else -1
    chain = []
    number = end_pairs[-1] if end_pairs else -1
    while number >= 0:
        chain.append(pairs[number])
        number = previous[number]
    return chain[::-1]


def _match_gap(
    page: list[str],
    wanted: list[str],
    at: tuple[int, int],
    to: tuple[int, int],
    matched: list[bool],
    used: list[bool],
) -> None:
    one, other = page[at[0] : at[1]], wanted[to[0] : to[1]]
    size = len(one) * len(other)
    if not 0 < size <= _WIDEST_GAP:
        return
    for found in SequenceMatcher(None, one, other, autojunk=size >= _EXACT_GAP).get_matching_blocks():
        for step in range(found.size):
            matched[at[0] + found.a + step] = used[to[0] + found.b + step] = True


def _still_wanted(found: list[str], gold: dict[tuple[str, ...], list[int]], used: list[bool]) -> bool:
    runs = [tuple(found[place : place + _GRAM]) for place in range(len(found) - _GRAM + 1)]
    targets = [gold[run][0] for run in runs if run in gold]
    if len(targets) < 0.7 * len(runs) or sum(not used[target] for target in targets) < 0.6 * len(targets):
        return False
    for target in targets:
        used[target : target + _GRAM] = [True] * _GRAM
    return True
