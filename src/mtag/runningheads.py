"""Running heads: what the pages of a printed text repeat above and below, with their numbers (ISO 5127)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from mtag.document import Role
from mtag.pageblocks import Page
from mtag.patterns import late

_FEWEST, _WORDS = 3, 16
"""Words of a running head; fewer are the name of a speaker, or the label of a part."""

_PAGE, _PAGES, _LAST = 400, 2, 1899
"""Least characters of a page; numbers of pages that count up, to no more than the last: beyond are years."""

_NUMBER = late(r"[-–—|\s]{0,4}(?:page |p\. ?)?(\d{1,4})(?: ?(?:/|of|sur|de) ?\d{1,4})?[-–—|\s]{0,4}$", re.I)
_WITH_NUMBER = late(r"(?:page )?(\d{1,4}) ?[|–—-] ?\D|[^|–—]{3,120}[|–—-] ?(?:page )?(\d{1,4})$", re.I)
_DIGITS = late(r"\d{1,9}")

RUNNING = Role("chrome", "on every page")


def mark_running_heads(page: Page) -> None:
    """Mark the numbers of pages, lines that hold such a number, and those beside them that come again."""
    if page.dated.count(1) < _PAGES:
        return
    dated = [number for number in page.where(page.dated) if number not in page.roles or page.blank[number]]
    alone = {number: int(match[1]) for number in dated if (match := _NUMBER.match(page.line(number)))}
    numbers = [*alone] if _are_pages(page, alone) else []
    numbers += _with_numbers(page, dated)
    beside = (near for number in numbers for near in (number - 1, number + 1))
    heads = {_key(page, near) for near in beside if _may_run(page, near)}
    keys = {n: _key(page, n) for n in range(len(page.blocks)) if _may_run(page, n)} if heads else {}
    times = Counter(keys.values())
    running = [number for number, key in keys.items() if key in heads and times[key] > 1]
    for number in {*numbers, *running}:
        page.pass_over(number, *RUNNING)


def _with_numbers(page: Page, dated: list[int]) -> list[int]:
    """Lines that are the same but for the number of a page at their beginnings or ends."""
    found: dict[str, dict[int, int]] = {}
    for number in dated:
        match = _WITH_NUMBER.match(page.line(number)) if _may_run(page, number) else None
        if match:
            found.setdefault(_key(page, number), {})[number] = int(match[1] or match[2])
    return [
        number for same in found.values() if len(same) > _PAGES and _are_pages(page, same) for number in same
    ]


def _are_pages(page: Page, numbers: Mapping[int, int]) -> bool:
    """Whether the numbers of some blocks count up, a page apart but for the last, which may be short."""
    if len(numbers) < _PAGES or max(numbers.values()) > _LAST:
        return False
    apart = [page.blocks[below].start - page.blocks[above].start for above, below in pairwise(numbers)]
    follow = all(1 <= numbers[below] - numbers[above] <= 2 for above, below in pairwise(numbers))
    return follow and min(apart[:-1] or apart) >= _PAGE


def _may_run(page: Page, number: int) -> bool:
    inside = 0 <= number < len(page.blocks) and number not in page.roles
    return inside and _FEWEST <= page.words[number] <= _WORDS and not page.terminal[number]


def _key(page: Page, number: int) -> str:
    return _DIGITS.sub("#", page.line(number).casefold())
