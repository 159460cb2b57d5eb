"""Cards of other documents beside a text: a headline that is a link, with its excerpt and its date."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Container, Sequence
from typing import NamedTuple

from mtag.document import HEADING_TAGS
from mtag.pageblocks import Form, Page

_HEADLINE = 4
"""Least words of a headline."""

_LINES_BELOW, _EXCERPT_WORDS = 3, 50
"""Most lines of a card below its headline, and most words of each."""

_TEXT_WORDS, _MOST_OF_TEXT = 80, 4
"""Least words of a text amid which cards may stand; it has so many times as many as they."""

_OWN_SHARE = 0.2
"""Share of the sentences from which those in elements of one kind are the text's own."""

_CELLS = frozenset(("dd", "dt", "td", "th", "tr"))
_ITEMS = _CELLS | {"li"}


class _Text(NamedTuple):
    """The blocks in the elements of a page's text, and what these elements are."""

    members: frozenset[int]
    first: int
    last: int
    around: tuple[str, ...]
    """The elements around its paragraphs."""
    words: frozenset[str]
    """The words by which the elements of its blocks say what they are."""


def mark_cards(page: Page) -> None:
    """Mark headlines of other documents that are links, with what follows in their cards.

    Below a text, only cards of several lines: `pagerules.leave_out_links` knows the rest.
    """
    words = page.words
    links = [n for n in page.where(page.links) if words[n] >= _HEADLINE]
    if not links or (text := _text(page, links)) is None:
        return
    # Where the text begins below such a link, its parts have titles that are links.
    titles = {page.form(n)[0] for n in range(max(text.first - _LINES_BELOW, 0), text.first) if page.links[n]}
    cards: dict[int, None] = {}
    own = {number for links in page.own_lists for number in links}
    for number in links[bisect(links, text.first) :]:
        if number in own or page.form(number)[0] in titles:
            continue
        if not _is_own(page, text, number, cards):
            lines = _lines_below(page, text, number)
            if lines or number < text.last:
                cards.update(dict.fromkeys([number, *lines]))
    whole = sum([words[n] for n in text.members])
    amid, below = [n for n in cards if n < text.last], [n for n in cards if n > text.last]
    if _MOST_OF_TEXT * sum([words[n] for n in amid]) <= whole:
        page.pass_over_all(amid, "related", "a card amid the text")
    if sum([words[n] for n in below]) <= whole:
        page.set_all(below, "related", "a card below the text")


def _text(page: Page, links: Sequence[int]) -> _Text | None:
    """The text beside which some links stand: long enough, and most of its sentences right below others."""
    linked = {*links}
    sentences = [n for n in page.where(page.sentences) if n not in linked]
    if not sentences or not any(
        sentences[0] < n for n in links if n < sentences[-1] or page.sentences[n + 1 : n + 2] == b"\1"
    ):
        return None
    sizes: dict[Form, int] = {}
    for number in sentences:
        if number - 1 in linked:
            continue  # the excerpt of a card
        form = page.form(number)
        sizes[form] = sizes.get(form, 0) + page.words[number]
    least = _OWN_SHARE * sum(sizes.values())
    own = {form for form, size in sizes.items() if size >= least}
    if not own:
        return None
    members = frozenset(n for n in range(len(page.blocks)) if n not in linked and page.form(n) in own)
    text = [number for number in sentences if number in members]
    runs_on = 2 * sum(number - 1 in members for number in text) > len(text)
    if not runs_on or sum(page.words[number] for number in text) < _TEXT_WORDS:
        return None
    tags, _ = max(own, key=sizes.__getitem__)
    named = frozenset[str]().union(*(words for _, words in own))
    return _Text(members, text[0], text[-1], tags[:-1], named)


def _is_own(page: Page, text: _Text, number: int, cards: Container[int]) -> bool:
    """Whether a link is the text's: a sentence, a heading, in a table or in a list below a heading."""
    (tags, words), above = page.form(number), number - 1
    in_place = tags[: len(text.around)] == text.around and words <= text.words
    is_part = "ol" in tags or (tags[-1] in HEADING_TAGS and "a" not in tags)
    if in_place and is_part and page.furniture(above) != "related":
        return True  # a card has a class of its own
    if tags[-1] in _CELLS:
        return True
    if tags[-1] == "li":
        if page.tags[above] in HEADING_TAGS:
            return page.form(above)[0][:-1] == text.around and page.furniture(above) != "related"
        return page.tags[above] == "li" and above not in cards
    if tags[-1] in HEADING_TAGS:
        inner = len(tags) > len(text.around) + 1 and tags[: len(text.around)] == text.around
        return number + 1 in text.members and not inner
    return bool(page.terminal[number]) and tags[:-1] == text.around


def _lines_below(page: Page, text: _Text, number: int) -> list[int]:
    """The lines of a card below its headline."""
    kind = len(text.around) + 1  # what stands in one element beside the text begins alike
    own = page.form(number)[0][:kind]
    lines: list[int] = []
    for line in range(number + 1, min(number + 1 + _LINES_BELOW, len(page.blocks))):
        tag = page.tags[line]
        if line in text.members or page.words[line] > _EXCERPT_WORDS or tag in _ITEMS:
            break
        if page.form(line)[0][:kind] != own or (tag in HEADING_TAGS and not page.links[line]):
            break
        lines.append(line)
    return lines
