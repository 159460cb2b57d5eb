"""The headline of a text: found above it, by what the page declares or by its look; a copy of it is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import compress

from mtag.chrome import HINT_WORDS, furniture_role
from mtag.document import HEADING_TAGS, Role
from mtag.pageblocks import MENU_SHARE, Form, Page
from mtag.patterns import late

_NEAR_TITLE, _LONG_TITLE, _SHORT_TITLE = -4.2, -2.5, -1.0
"""Least scores of a headline right above the text, of one farther up, of a short one."""

TITLE_WORDS = 40
"""Most words of a title, by its look or by its element."""

_HEADLINE_TAGS = ("h1", "h2", "h3")

TITLES = ("og:title", "json-ld:headline", "title")
"""What a page declares its title by, the surest first."""

_DESCRIPTIONS = ("description", "og:description")

_SUMMARY_WORDS, _LINES_BETWEEN = 6, 30
"""Least words of a summary, and the lines below a headline among which it is looked for."""

_FURNITURE_BETWEEN = 6
"""Lines of furniture (share bars) that may stand between a headline and its text."""

_LABEL_WORDS = 5
"""Most words of a label above a headline: the rubric, the kind of text."""

_BETWEEN = late(r"\s[|–—·•-]\s+")
"""What stands between the headline and the name of the site in a title."""

_PLACE = late(r"[A-ZÀ-ÖØ-Þ][^\d:]{2,60}[,–—(-]")


def take_in_heads(page: Page, content: list[bool], datelines: set[int]) -> None:
    """A headline belongs to the text that it opens, with the dateline and the byline between them."""
    inside, place = bytearray(content), len(content)
    while (place := inside.rfind(b"\0\1", 0, place + 1)) >= 0:
        start = place + 1
        if 1 not in page.prose[start : start + 4] and start not in datelines:
            continue
        taken: list[int] = []
        waiting: list[int] = []
        titles, furniture = (
            int(is_title_like(page, start) and not page.terminal[start] and start not in datelines),
            0,
        )
        dated = False
        for number in range(start - 1, max(start - 30, -1), -1):
            foreign = page.is_foreign(number)
            if content[number] or titles == 2 or (foreign and page.words[number] > 5):
                break
            if number in page.roles or foreign or page.filled[number]:
                furniture += not page.is_metadata(number)
                if furniture > _FURNITURE_BETWEEN:
                    break
            elif number in datelines and not titles and _PLACE.match(page.line(number)):
                taken += [*waiting, number]
                waiting = []
                dated = True
            elif _may_be_headline(page, number, first=not titles, near=not (waiting or furniture)):
                taken += [*waiting, number]
                waiting = []
                titles += 1
                furniture = 0
            elif titles or len(waiting) == 2 or page.words[number] > 12:
                break
            elif page.scores[number] > _SHORT_TITLE:
                waiting.append(number)
        for number in taken if titles or dated else ():
            content[number] = inside[number] = True


def take_in_title(page: Page, content: list[bool]) -> None:
    """The headline above a text and its summary belong to it, whatever stands between: by-line, share bar.

    The headline is the nearest heading that says what the page declares as its title, or another line that
    does; where there is none, the nearest `<h1>` of some words, under which no other heading is content.
    """
    inside = [*compress(range(len(content)), content)]
    first = next((number for number in inside if page.prose[number]), inside[0] if inside else 0)
    declared = [_plain(page.declared.get(name, "")) for name in TITLES]
    titles = _with_and_without_site(declared, _plain(page.declared.get("og:site_name", "")))
    if inside and page.tags[first] in _HEADLINE_TAGS and _plain(page.line(first)) in titles:
        first += 1  # a long headline is no paragraph
    lines = {number: _plain(page.line(number)) for number in range(first - 1, -1, -1) if page.words[number]}
    headings = [number for number in lines if page.tags[number] in _HEADLINE_TAGS]
    said = [n for n in headings if any(title.startswith(lines[n]) for title in titles)]
    said += [n for n, line in lines.items() if line in titles and page.words[n] > 2 and _stands_free(page, n)]
    if said:
        for number in headings:  # one above what the page calls its title names the site, or a part of it
            content[number] &= number >= said[0]
        for number in compress(range(said[0]), content):  # and a line of links or a label there, too
            is_label = page.words[number] <= _LABEL_WORDS and not (
                page.terminal[number] or page.dated[number]
            )
            content[number] = page.link_shares[number] < MENU_SHARE and not is_label
    else:
        for number in [*_chief_headings(page, headings, first), *headings]:
            names_site = any(title.endswith(lines[number]) for title in declared)
            if content[number] or (not names_site and _may_be_undeclared(page, number)):
                said = [number]
                break
    for number in said[:1]:
        page.roles.pop(number, None)
        content[number] = True
        for summary in _declared_summary(page, number + 1, first):
            content[summary] = True


def take_in_headings(page: Page, content: list[bool]) -> None:
    """A heading like two of the text's, above a line like those below them, is the text's with that line."""
    headings = [n for n in range(len(content) - 1) if page.tags[n] in HEADING_TAGS and n not in page.roles]
    own = Counter(_forms(page, number) for number in headings if content[number] and content[number + 1])
    for number in headings if own else ():
        if not content[number] and own[_forms(page, number)] > 1 and not page.filled[number]:
            below = number + 1
            ends = page.terminal[below] and not page.filled[below] and below not in page.roles
            if content[below] or (ends and content[number - 1]):
                content[number] = content[below] = True


def _forms(page: Page, number: int) -> tuple[Form, Form]:
    """The elements around a heading and around what stands below it, and their names."""
    return page.form(number), page.form(number + 1)


def _chief_headings(page: Page, headings: Sequence[int], first: int) -> list[int]:
    """The only `<h1>` above a text that may begin with a heading of its own; none above a menu."""
    chief = [number for number in headings if page.tags[number] == "h1"]
    if len(chief) == 1 and sum(page.links[chief[0] : first]) <= _FURNITURE_BETWEEN:
        return chief
    return []


def _declared_summary(page: Page, start: int, end: int) -> list[int]:
    """The first of some lines that says what the page declares to be about, or begins so; else none."""
    about = {_summary(page.declared.get(name, "")) for name in _DESCRIPTIONS} - {""}
    for number in range(start, min(start + _LINES_BETWEEN, end)) if about else ():
        if page.words[number] < _SUMMARY_WORDS or number in page.roles or page.links[number]:
            continue
        line = _summary(page.line(number))
        if any(one.startswith(line) for one in about):
            return [number]
    return []


def _summary(line: str) -> str:
    return _plain(line).rstrip(" .…")


def _stands_free(page: Page, number: int) -> bool:
    """Whether a block is no member of a list, and in no element named as the way to a page is."""
    hints = page.blocks[number].hints
    free = hints is not None and hints.words.isdisjoint(HINT_WORDS["menu"]) and not page.links[number]
    return free and page.tags[number] not in ("li", "td", "tr", "dd")


def _with_and_without_site(titles: Sequence[str], site: str) -> set[str]:
    """What a page declares as its title, with the name of the site, which it may declare, and without."""
    found: set[str] = set()
    for title in titles:
        first, *others = parts_of_title(title)
        found.add(title)
        if first == site and others:
            found.add(title[title.index(others[0]) :])
        elif others:
            found.add(without_last_part(title))
    return found - {site, ""}


def parts_of_title(title: str) -> list[str]:
    """What stands between the bars and dashes of a declared title: a headline, a section, the site."""
    return _BETWEEN.split(title)


def without_last_part(title: str) -> str:
    """A title of several parts without the last one."""
    return title[: title.rindex(parts_of_title(title)[-1])].rstrip(" |–—·•-")


def _plain(title: str) -> str:
    return title.casefold().replace("’", "'")


def _may_be_undeclared(page: Page, number: int) -> bool:
    """Whether a heading may be the headline though the page declares another title."""
    known = page.tags[number] == "h1" and page.words[number] > 2
    return known and not page.filled[number] and number not in page.roles


def _may_be_headline(page: Page, number: int, *, first: bool, near: bool) -> bool:
    least = _LONG_TITLE if first and page.words[number] >= 6 else _SHORT_TITLE
    if first and near and page.words[number] >= 6 and page.common[number]:
        least = _NEAR_TITLE
    return (
        page.scores[number] > least
        and is_title_like(page, number)
        and furniture_role(page.label(number)) is None
    )


def is_title_like(page: Page, number: int) -> bool:
    """Whether a block reads as a heading: some words, a capital or digit first, no mark at its end."""
    if number in page.roles or page.listed[number] or not 3 <= page.words[number] <= TITLE_WORDS:
        return False
    line = page.line(number)
    return not line.endswith((".", ":", ";", ",")) and not line[0].islower()


def mark_repeated_title(page: Page, content: list[bool]) -> None:
    """A title above furniture that the text repeats at its own head is a duplicate."""
    words = page.words
    first = next((number for number in page.inside(content, page.prose) if words[number] > 60), 0)
    furniture = (n for n in range(first - 1, -1, -1) if not content[n] and not page.is_metadata(n))
    last = next(furniture, 0)
    head = page.line(first, 600).casefold() if last else ""
    for number in range(last):
        if words[number] >= 4 and not page.is_metadata(number) and page.line(number).casefold() in head:
            page.roles[number] = Role("duplicate", "repeated at the head of the text")
