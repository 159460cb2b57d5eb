"""Rules on a page of scored blocks: what no statistics are needed for.

They leave out what is furniture by its words, keep what no page leaves out, and carry the text's bounds
to the sentences beside it.
"""

from __future__ import annotations

import re
from itertools import compress

from mtag.chrome import furniture_role
from mtag.datelines import is_dateline
from mtag.document import HEADING_TAGS
from mtag.headlines import is_title_like
from mtag.pageblocks import MENU_SHARE, Page
from mtag.patterns import late

_NEXT_SENTENCE = -1.5
"""Least score of a sentence next to the text."""

_SURELY_FURNITURE, _DOUBTFUL_SHARE = -3.0, 0.15
"""A text without a block below the score, and with at most the share in doubt, is clean already."""

_FEW_BLOCKS, _SHORT_PAGE = 5, 12
"""Blocks of a text that is too short to show what is a page's furniture, and of a short page."""

_BULK_WORDS, _BULK_SHARE = 60, 0.25
"""A paragraph of so many words and this share of its page's is the text."""

_PARAGRAPH_WORDS, _FEW_LINKS = 40, 2
"""Words of the longest paragraph of a text, and links below it that may belong to it."""

_TEXT_WORDS = 120
"""Words of the sentences of a text whose paragraphs are all shorter."""

_LEAST_HEADLINE_WORDS, _HEADLINES_BELOW, _HEADLINES_ABOVE = 4, 2, 4
"""Least words of a headline that leads away; so many of them below a text are a list, and above its own."""

_SUMMARY_WORDS = 25
"""Words of a paragraph in another language than the text that may be a summary of it."""

_FOREIGN = 1.5
"""What a short line in another language than the text loses, unless that language has its share."""

_CALL = late(
    r"\b(?:calls?|phone|dial|text|appel\w{0,4}|compos\w{0,3}|num[ée]ros?|hot ?line|help ?line)\b.{0,60}?\d{3}"
    r"|(?:\d[ .-]?){8}\d",
    re.I,
)
"""A number to call."""

_SHORT_SENTENCE, _SHORTEST = 5, 3
"""Words of a sentence next to the text, some of them of the commonest, that is no label; of one in the same
elements as the paragraph above it."""


def mark_foreign_ends(page: Page) -> None:
    """A lone paragraph in another language than the text, above or below it, is the site speaking.

    Unless it is long and reads like content: a release in two languages, or its summary in the other.
    """
    if not page.foreign or page.bilingual:
        return
    prose = [number for number in page.where(page.prose) if number not in page.roles]
    if len(prose) < 4:
        return
    for ends in (prose, prose[::-1]):
        foreign = 0
        while foreign < len(ends) and page.foreign[ends[foreign]]:
            foreign += 1
        if 0 < foreign <= 2:
            for number in ends[:foreign]:
                if page.scores[number] <= 0 or page.words[number] < _SUMMARY_WORDS:
                    page.set(number, "chrome", "in another language, outside the text")


def lower_foreign_lines(page: Page) -> None:
    """A short line in the other language is less likely part of a text in one language."""
    if not page.bilingual:
        for number, foreign in enumerate(page.foreign):
            if foreign and not page.prose[number] and number not in page.roles:
                page.scores[number] -= _FOREIGN


def find_datelines(page: Page) -> set[int]:
    """The blocks that are a short line with a date, alone or after a place."""
    return {n for n in page.where(page.dated) if n not in page.roles and is_dateline(page.line(n, 101))}


def mark_furniture(page: Page, content: list[bool]) -> bool:
    """Leave out short lines that say what only furniture says, wherever they stand."""
    found = False
    for number in page.inside(content, page.short):
        if number in page.roles or page.tags[number] == "tr":
            continue
        role = furniture_role(page.label(number))
        if role is not None:
            page.set(number, role, "words of page furniture")
            found = True
    return found


def is_clean_already(page: Page, content: list[bool]) -> bool:
    """Whether nothing on the page is surely furniture, and little may be: then all of it is kept."""
    if any(role.name != "metadata" for role in page.roles.values()):
        return False
    dropped = 0
    for number, inside in enumerate(content):
        if inside or number in page.roles:
            continue
        if page.scores[number] < _SURELY_FURNITURE or page.is_foreign(number):
            return False
        dropped += page.blocks[number].end - page.blocks[number].start
    return dropped <= _DOUBTFUL_SHARE * sum([end - start for start, end, _ in page.blocks])


def keep_text(page: Page, content: list[bool]) -> list[bool]:
    """Keep all of a page that is clean already, but for the menu that may be its only furniture."""
    if not page.html:
        return [True] * len(content)
    return [
        inside or page.link_shares[number] < MENU_SHARE or page.tags[number] in HEADING_TAGS
        for number, inside in enumerate(content)
    ]


def keep_few(page: Page, content: list[bool]) -> None:
    """A text of a few lines shows no page around it: what is not furniture by its words is kept.

    So is a paragraph of prose that holds a good part of its page's words, whatever stands around it: texts
    that have lost their line ends come so. Where nothing was taken for content, the sentences that are not
    surely furniture are kept too, beside such a paragraph where there is one, and else all such lines of a
    short page.
    """
    size, found = len(content), any(content)
    least = max(_BULK_WORDS, _BULK_SHARE * sum(page.words))
    for number in page.where(page.prose):
        if page.words[number] >= least and not page.filled[number]:
            content[number] = True
    if found and size > _FEW_BLOCKS:
        return
    bulk = any(content)
    doubtful = [
        page.scores[number] > _SURELY_FURNITURE
        and ((size <= _SHORT_PAGE and not bulk) or (page.prose[number] and page.terminal[number]))
        for number in range(size)
    ]
    for numbers, step in ((range(size), -1), (range(size - 1, -1, -1), 1)):
        for number in numbers:
            if number in page.roles or page.filled[number]:
                continue
            beside = not bulk or (0 <= number + step < size and content[number + step])
            if size <= _FEW_BLOCKS or (doubtful[number] and beside):
                content[number] = True
    mark_furniture(page, content)


def take_in_ends(page: Page, content: list[bool]) -> None:
    """A sentence next to the text is part of it, at the head and at the foot of a page too."""
    sentences = [
        number
        for number in page.where(page.terminal)
        if not content[number] and page.scores[number] > _NEXT_SENTENCE
        if page.prose[number] or _is_short_sentence(page, number)
        if number not in page.roles and not page.filled[number] and not page.is_foreign(number)
    ]
    for numbers, step in ((sentences, -1), (sentences[::-1], 1)):
        for number in numbers:
            beside = number + step
            while beside in page.roles and page.scores[beside] == 0:  # it stands amid the text
                beside += step
            if not (0 <= beside < len(content) and content[beside]):
                continue
            if page.prose[beside] or (page.terminal[beside] and _runs_on(page, number, beside)):
                content[number] = True


def _is_short_sentence(page: Page, number: int) -> bool:
    if page.words[number] >= _SHORT_SENTENCE and page.common[number]:
        return True
    return page.words[number] >= _SHORTEST and number > 0 and _runs_on(page, number, number - 1)


def _runs_on(page: Page, number: int, beside: int) -> bool:
    """Whether a block is one more paragraph in the elements of the one beside it."""
    alike = page.stand_alike(number, beside) and page.tags[number] != "li"
    return alike and page.link_shares[number] < MENU_SHARE


def leave_out_links(page: Page, content: list[bool]) -> None:
    """Lines that are nothing but links, several of them below the last sentence of a text, lead away."""
    kept = _sentences_of_text(page, content)
    if not kept:
        return
    links = [
        number
        for number in page.where(page.links)
        if number > kept[-1] and page.words[number] > 2 and not page.terminal[number]
    ]
    if len(links) > _FEW_LINKS:
        _leave_out(page, content, kept, links)


def leave_out_last_heading(page: Page, content: list[bool]) -> None:
    """A heading below the last sentence of a text, with nothing of it below, heads something else."""
    kept = _sentences_of_text(page, content)
    below = [*compress(range(kept[-1] + 1, len(content)), content[kept[-1] + 1 :])] if kept else []
    if len(below) != 1 or page.tags[below[0]] not in HEADING_TAGS or page.terminal[below[0]]:
        return
    content[below[0]] = _is_call(page, below[0])


def take_in_calls(page: Page, content: list[bool]) -> None:
    """A number to call right below the text, in its own elements, is part of it."""
    for number in page.where(page.dated):
        if number and content[number - 1] and not content[number] and number not in page.roles:
            content[number] = _is_call(page, number)


def _is_call(page: Page, number: int) -> bool:
    """Whether a line that is no link gives a number to call, in the elements of the sentence above it."""
    sentence = page.sentences.rfind(1, 0, number)
    if sentence < 0 or page.links[number] or not _CALL.search(page.line(number)):
        return False
    return page.stands_beside(number, sentence)


def leave_out_headlines(page: Page, content: list[bool]) -> None:
    """Lines like headlines, many below the last sentence of a text or above its own headline, lead away."""
    kept = _sentences_of_text(page, content)
    if not kept:
        return
    below = _headlines(page, range(kept[-1] + 1, len(content)))
    above = _headlines(page, range(kept[0]))
    if sum(content[number] for number in below) >= _HEADLINES_BELOW:
        _leave_out(page, content, kept, below)
    if len(above) > _HEADLINES_ABOVE:
        _leave_out(page, content, kept, above[:-1])


def _headlines(page: Page, lines: range) -> list[int]:
    """The lines that may lead away."""
    words, terminal, dated = page.words, page.terminal, page.dated
    return [
        number
        for number in lines
        if words[number] >= _LEAST_HEADLINE_WORDS and not (terminal[number] or dated[number])
        if is_title_like(page, number)
    ]


def _sentences_of_text(page: Page, content: list[bool]) -> list[int]:
    """The sentences that are content, where a long paragraph or many words show that they are a text."""
    kept = [number for number in page.inside(content, page.sentences) if not page.links[number]]
    sizes = [page.words[number] for number in kept]
    return kept if max(sizes, default=0) >= _PARAGRAPH_WORDS or sum(sizes) >= _TEXT_WORDS else []


def _leave_out(page: Page, content: list[bool], kept: list[int], lines: list[int]) -> None:
    """Leave out lines beside a text unless they are a good part of it."""
    words = sum(page.words[number] for number in lines if content[number])
    if 3 * words <= sum(page.words[number] for number in kept):
        for number in lines:
            content[number] = False
