"""Hard-wrapped texts: lines that were broken at a fixed width are put together as paragraphs again.

Mail, reports and what is copied from terminals come so. A line was broken where the first word of the
next one had no room left on it; where it had, the paragraph ends (the greedy rule of text formatters).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from mtag.document import Block
from mtag.patterns import late

_WIDTHS = range(30, 121)
"""Widths at which texts are wrapped, in characters."""

_LEAST_BREAKS = 4
_LEAST_SHARE = 0.4
"""A text is wrapped where so many line ends, and this share of them, come of a lack of room."""

_MOST_SPACED = 0.8
"""Share of the lines over which a text with an empty line behind each is double-spaced."""

_MOST_CAPITALS = 0.6
"""Share of the lines after them that may begin with a capital: more is a list of lines of one length."""

QUOTE_MARKS = r"(?:>[ \t]*)+"
"""What stands before a quoted line."""

LINE_NUMBER = r"[ \t]*(\d{1,4})[ \t]+(?=\S)"
"""What stands before a numbered line, as in bills and minutes."""

_MOST_NUMBERED = 0.8
"""Share of the lines that begin with a number, and of these numbers that follow on one another."""

_QUOTED = late(QUOTE_MARKS)
_NUMBERED = late(LINE_NUMBER)

_OPENS_ITEM = late(
    r"[-*•·–—▪◦‣]\s|\(?(?:\d{1,3}|[a-z])[.)]\s|(?:[Pp]age )?\d{1,4}(?: ?(?:/|of|sur|de) ?\d{1,4})?(?:\n|$)"
)
"""What begins a member of a list, or is the number of a page: neither goes on with the line above."""


def paragraphs(text: str, lines: Sequence[Block]) -> Sequence[Block]:
    """The paragraphs of a text that is wrapped; the lines themselves of any other.

    Where most lines of a text are quoted, as in mail, or numbered, they begin behind their marks.

    Args:
        text: the document.
        lines: its lines, without white space at their ends, none of them empty.
    """
    if ">" in text and "\n>" in text and 2 * sum(text[start] == ">" for start, _, _ in lines) > len(lines):
        lines = [*_unquoted(text, lines)]
    if len(lines) > _LEAST_BREAKS and text[lines[-1].start].isdecimal():
        unnumbered = _unnumbered(text, lines)
        found = _joined(text, unnumbered)
        return found if len(found) < len(unnumbered) else lines
    return _joined(text, lines)


def _joined(text: str, lines: Sequence[Block]) -> Sequence[Block]:
    """The paragraphs of a text whose lines were broken at a width; the lines of any other."""
    sizes = sorted([end - start for start, end, _ in lines])
    width = sizes[49 * (len(sizes) - 1) // 50] if sizes else 0  # all but a fiftieth: a long link is no line
    if width not in _WIDTHS or len(lines) <= _LEAST_BREAKS:
        return lines
    gaps = [
        text.count("\n", one.end, two.start) or text[one.end : two.start] == "\r"
        for one, two in pairwise(lines)
    ]
    usual = 2 if gaps.count(2) > _MOST_SPACED * len(gaps) else 1
    adjacent = [gap == usual for gap in gaps]
    broken = [
        near and _is_full(text, one, following, width)
        for near, (one, following) in zip(adjacent, pairwise(lines), strict=True)
    ]
    after = [line.start for line, goes_on in zip(lines[1:], broken, strict=True) if goes_on]
    capitals = sum(text[start].isupper() for start in after)
    few = len(after) < max(_LEAST_BREAKS, _LEAST_SHARE * sum(adjacent))
    if few or capitals > _MOST_CAPITALS * len(after):
        return lines
    found = [lines[0]]
    for goes_on, line in zip(broken, lines[1:], strict=True):
        if goes_on:
            found[-1] = found[-1]._replace(end=line.end)
        else:
            found.append(line)
    return found


def _unquoted(text: str, lines: Sequence[Block]) -> Iterator[Block]:
    """Yield lines without the marks of a quotation before them, where anything is left."""
    for line in lines:
        mark = _QUOTED.match(text, line.start, line.end)
        start = mark.end() if mark else line.start
        if start < line.end:
            yield line._replace(start=start)


def _unnumbered(text: str, lines: Sequence[Block]) -> Sequence[Block]:
    """Lines without the numbers before them, where these count the lines; otherwise as they are."""
    marks = [_NUMBERED.match(text, line.start, line.end) for line in lines]
    if not counts_up([int(mark[1]) for mark in marks if mark], len(lines)):
        return lines
    return [
        line._replace(start=mark.end()) if mark else line for line, mark in zip(lines, marks, strict=True)
    ]


def counts_up(numbers: Sequence[int], lines: int) -> bool:
    """Whether numbers before most of so many lines count them, from page to page perhaps."""
    following = sum(two == one + 1 for one, two in pairwise(numbers))
    return following + 1 >= _MOST_NUMBERED * max(lines, 2)


def _is_full(text: str, line: Block, following: Block, width: int) -> bool:
    """Whether the first word of the next line had no room left on a line, or is the rest of a parted one."""
    if (
        text[line.end - 1] == "-"
        and text[line.end - 2 : line.end - 1].islower()
        and text[following.start].islower()
    ):
        return True
    space = text.find(" ", following.start, following.end)
    word = (space if space >= 0 else following.end) - following.start
    return line.end - line.start + 1 + word > width and not _OPENS_ITEM.match(text, following.start)
