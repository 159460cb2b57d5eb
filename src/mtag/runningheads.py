"""Running heads: what the pages of a printed text repeat above and below, with their numbers (ISO 5127)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from mtag.pageblocks import Page
from mtag.patterns import late

_WORDS = 16
"""Most words of a running head."""

_NUMBERS, _SAME = 2, 3
"""Least numbers of pages that count up, and lines that are the same but for such a number."""

_NUMBER = late(r"[-–—|\s]{0,4}(?:page |p\. ?)?(\d{1,4})(?: ?(?:/|of|sur|de) ?\d{1,4})?[-–—|\s]{0,4}$", re.I)
_WITH_NUMBER = late(r"(?:page )?(\d{1,4})\b|.{1,120}\b(\d{1,4})$", re.I)
_DIGITS = late(r"\d{1,9}")


def mark_running_heads(page: Page) -> None:
    """Mark the numbers of pages, the lines beside them that come again, and lines that hold such a number."""
    dated = [number for number in page.where(page.dated) if number not in page.roles or page.blank[number]]
    if len(dated) < _NUMBERS:
        return
    numbers = {number: int(match[1]) for number in dated if (match := _NUMBER.match(page.line(number)))}
    if not _count_up([*numbers.values()], _NUMBERS):
        numbers = {}
    numbered = [*_numbered(page, dated)]
    beside = (near for number in (*numbers, *numbered) for near in (number - 1, number, number + 1))
    heads = {_key(page, near) for near in beside if _may_run(page, near)}
    if not heads:
        return
    keys = {number: _key(page, number) for number in range(len(page.blocks)) if _may_run(page, number)}
    times = Counter(keys.values())
    running = [number for number, key in keys.items() if key in heads and times[key] > 1]
    for number in (*numbers, *running) if running else ():
        page.pass_over(number, "chrome", "on every page")


def _numbered(page: Page, dated: list[int]) -> Iterator[int]:
    """Yield lines that are the same but for numbers at their beginnings or ends, which count up."""
    found: dict[str, dict[int, int]] = {}
    for number in dated:
        match = _WITH_NUMBER.match(page.line(number)) if _may_run(page, number) else None
        if match:
            found.setdefault(_key(page, number), {})[number] = int(match[1] or match[2])
    for same in found.values():
        if _count_up([*same.values()], _SAME):
            yield from same


def _count_up(values: list[int], least: int) -> bool:
    return len(values) >= least and all(1 <= other - one <= 2 for one, other in pairwise(values))


def _may_run(page: Page, number: int) -> bool:
    inside = 0 <= number < len(page.blocks) and number not in page.roles
    return inside and 2 <= page.words[number] <= _WORDS and not page.terminal[number]


def _key(page: Page, number: int) -> str:
    return _DIGITS.sub("#", page.line(number).casefold())
