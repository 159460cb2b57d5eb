"""The title of an item: which of its first blocks heads it."""

from __future__ import annotations

from collections.abc import Sequence

from mtag.datelines import KIND_OF_TEXT, SUBJECT
from mtag.document import Document, Role
from mtag.patterns import late
from mtag.pressexports import is_of_press

_HEAD, _NEAR = 5, 10
"""Blocks among which the heading of an item stands, without and with what is above it."""

_HEADLINE_WORDS = 5
"""Least words of a headline that is told from the name of a newspaper."""

_LONG_TITLE, _LONG_BELOW = 250, 150
"""Most characters of a first line that is a heading, and of one below a dateline."""

_FIRST_ORDER = "# "
_LINKS = late(r"(?:[\s|·•*-]|!?\[(?:!\[[^\]\n]*\]\([^)\n]*\)|[^\[\]\n])*\]\([^)\n]*\))+$")
"""In Markdown, how a heading begins, and a line of links and images."""

_NO_TITLE_END, _QUOTES = ".:;,…", '"”»’) \u00a0'
"""Marks at the end of a line that is no heading, and what may stand behind them."""


def find_title(
    document: Document, roles: Sequence[Role], members: Sequence[int], *, exported: bool = False
) -> int | None:
    """The heading of an item: among its first blocks, or a first line that does not end as a sentence.

    Above it may stand a dateline, and a line that tells what kind of text it heads; a press database
    (`exported`) writes the name of the paper and the date there.
    """
    title = _found(document, roles, members, exported)
    return None if title is None or _is_one_of_many(document, members, title) else title


def _is_one_of_many(document: Document, members: Sequence[int], title: int) -> bool:
    """Whether a heading is the first of the questions of a page, and not what that declares as its title."""
    line, declared = _line(document, title), document.declared.get("title", "")
    if line[-1] != "?" or not declared or declared.casefold().startswith(line.casefold()):
        return False
    below = [number for number in members if number > title and _line(document, number)[-1] == "?"]
    return any(document.blocks[title].stands_like(document.blocks[number]) for number in below)


def _found(document: Document, roles: Sequence[Role], members: Sequence[int], exported: bool) -> int | None:
    if (heading := _markdown_heading(document, members)) is not None:
        return heading
    below = _below_press(document, roles, members, exported)
    if below and not _is_headline(document, roles, members[0]):
        found = _title_below(document, roles, members, below)
        if found is not None:
            return found
    return _title_below(document, roles, members, 0)


def _is_headline(document: Document, roles: Sequence[Role], number: int) -> bool:
    """Whether the first block is a headline above the line of a newspaper, not such a line itself."""
    line = _line(document, number)
    dated = roles[number].name == "dateline"
    long = len(line.split()) >= _HEADLINE_WORDS
    return long and not is_of_press(line, dated=dated) and not _stands_above(document, roles, number)


def _title_below(document: Document, roles: Sequence[Role], members: Sequence[int], above: int) -> int | None:
    """The heading among the blocks from one on, below what may stand above a heading."""
    while above < min(len(members), _NEAR) and _stands_above(document, roles, members[above]):
        above += 1
    head = members[above : above + _HEAD]
    if not head:
        return None
    if roles[head[0]].name != "title":
        for number in head:
            if SUBJECT.match(document.text, document.blocks[number].start, document.blocks[number].end):
                return number
        if roles[head[0]].name == "paragraph" and _is_unfinished(document, members[above:], first=not above):
            return head[0]
    return next((n for n in head[:2] if roles[n].name == "title"), None)


def _markdown_heading(document: Document, members: Sequence[int]) -> int | None:
    """The only heading of the first order of a text in Markdown, where it stands near the head."""
    text, blocks = document.text, document.blocks
    if document.format != "text" or _FIRST_ORDER[0] not in text:
        return None
    for number in members[:_NEAR]:
        start, end, _ = blocks[number]
        if text.startswith(_FIRST_ORDER, start) and end - start <= _LONG_TITLE:
            others = (n for n in members if n != number and text.startswith(_FIRST_ORDER, blocks[n].start))
            return number if next(others, None) is None else None
    return None


def _below_press(document: Document, roles: Sequence[Role], members: Sequence[int], exported: bool) -> int:
    """Where a headline may stand below the paper, the length and the page that a press database tells."""
    below = 0
    for place, number in enumerate(members[:_HEAD] if document.format == "text" else (), start=1):
        start, end, _ = document.blocks[number]
        if end - start > _LONG_TITLE or document.text[end - 1] == ".":
            break
        dated = roles[number].name == "dateline"
        if (exported and dated) or is_of_press(document.text[start:end], dated=dated):
            below = place
    if 0 < below < len(members) - 1 and " " not in _line(document, members[below]):
        below += 1  # the section
    return below


def _stands_above(document: Document, roles: Sequence[Role], number: int) -> bool:
    """Whether a block is a dateline, only links or images, or tells only what kind of text follows."""
    if roles[number].name == "dateline":
        return True
    start, end, _ = document.blocks[number]
    if end - start <= _LONG_TITLE and KIND_OF_TEXT.match(document.text, start, end) is not None:
        return True
    return document.text[start] in "[!" and _LINKS.match(document.text, start, end) is not None


def _is_unfinished(document: Document, members: Sequence[int], *, first: bool) -> bool:
    """Whether the first of some blocks does not end as a sentence, nor goes on in the next one."""
    line = _line(document, members[0])
    if len(line) > (_LONG_TITLE if first else _LONG_BELOW) or len(members) < 2:
        return False
    if first:
        return line[-1] not in _NO_TITLE_END
    ends = line.rstrip(_QUOTES)[-1:] in _NO_TITLE_END
    return not ends and " " in line and not _line(document, members[1])[0].islower()


def _line(document: Document, number: int) -> str:
    start, end, _ = document.blocks[number]
    return document.text[start:end]
