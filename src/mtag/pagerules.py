"""Rules on a page of scored blocks: what no statistics are needed for.

They mark what is furniture or a declared field by its form, and carry the text's bounds to its
headline and to the sentences beside it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import numpy as np

from mtag.blockfeatures import Counts
from mtag.blockmodel import BlockModel
from mtag.chrome import METADATA_LABEL, furniture_role
from mtag.dates import find_dates
from mtag.document import Document, Language, Role
from mtag.furniture import KINDS
from mtag.wordhash import Floats

_NEVER, _PROSE_WORDS, _PROSE_STOPS = -8.0, 12, 0.18
_SEEN_WORDS, _LABEL_CHARS = 260, 60
_RELATED = KINDS.index("related")
_NEAR_TITLE, _LONG_TITLE, _SHORT_TITLE, _NEXT_SENTENCE = -4.2, -2.5, -1.0, -1.5
"""Least scores of a headline right above the text, of one farther up, of a short one, of a sentence."""

_SURELY_FURNITURE, _DOUBTFUL_SHARE = -3.0, 0.15
"""A text without a block below the score, and with at most the share in doubt, is clean already."""

_FEW_BLOCKS, _SHORT_PAGE = 5, 12
"""Blocks of a text that is too short to show what is a page's furniture, and of a short page."""

_FOREIGN, _BILINGUAL = 1.5, 0.25
"""What a short line in another language than the text loses, unless that language has its share."""

_FURNITURE_BETWEEN = 6
"""Lines of furniture (share bars) that may stand between a headline and its text."""

_BULLET = re.compile(r"[-–—•*·▪►»>|\s]{1,6}(?=\S)")
_MORE = re.compile(
    r"(?:more information|(?:read|learn) more|lire la suite|en savoir plus|lire plus|plus d.informations?)"
    r"[\s.:>»→…]{0,6}$",
    re.I,
)
_PLACE = re.compile(r"[A-ZÀ-ÖØ-Þ][^\d:]{2,60}[,–—(-]")
_ENDINGS = " .:!»>→…*"


class Page:
    """The blocks that are still in question, what was counted in them, and their fate."""

    def __init__(
        self,
        document: Document,
        languages: Sequence[Language],
        model: BlockModel,
        scored: tuple[Floats, Counts],
    ) -> None:
        self.text = document.text
        self.blocks = document.blocks
        self.html = document.format == "html"
        codes = [language.code for language in languages]
        scores, self.counts = scored
        self.switch = model.switch
        self.scores: list[float] = scores.tolist()
        counts = self.counts
        self.words: list[int] = counts.words.astype(int).tolist()
        share = counts.stops / np.maximum(np.minimum(counts.words, _SEEN_WORDS), 1)
        prose = (counts.words >= _PROSE_WORDS) & (share >= _PROSE_STOPS)
        self.prose: list[bool] = prose.tolist()
        self.terminal: list[bool] = counts.terminal.tolist()
        self.listed: list[bool] = counts.listed.tolist()
        self.digits: list[bool] = (counts.digits > 0).tolist()
        self.roles: list[Role | None] = [None] * len(self.blocks)
        sizes = {
            code: sum(w for w, p, c in zip(self.words, prose, codes, strict=True) if p and c == code)
            for code in ("en", "fr")
        }
        self.main = max(sizes, key=lambda code: sizes[code]) if any(sizes.values()) else "und"
        other = sum(sizes.values()) - max(sizes.values())
        self.bilingual = other > _BILINGUAL * max(sizes.values())
        self.foreign = [self.main != "und" and code in ("en", "fr") and code != self.main for code in codes]

    def line(self, number: int, limit: int = 400) -> str:
        """The text of a block without a bullet before it."""
        block = self.blocks[number]
        line = self.text[block.start : min(block.end, block.start + limit)]
        bullet = _BULLET.match(line) if self.listed[number] else None
        return line[bullet.end() :] if bullet else line

    def set(self, number: int, role: str, reason: str) -> None:
        """Decide a block's role, whatever its score."""
        self.roles[number] = Role(role, reason)
        self.scores[number] = 0.0 if role == "metadata" else _NEVER


def mark_metadata(page: Page) -> None:
    """Mark the labels of declared fields and their values on the lines below."""
    number, size = 0, len(page.blocks)
    while number < size:
        here = number
        number += 1
        if page.words[here] > 25 or not page.words[here] or page.roles[here] is not None:
            continue
        block = page.blocks[here]
        if page.text.find(":", block.start, min(block.end, block.start + _LABEL_CHARS)) < 0:
            continue
        match = METADATA_LABEL.match(page.line(here))
        if match is None or (match["value"].strip() and page.terminal[here] and page.words[here] > 12):
            continue
        page.set(here, "metadata", f"declared field {match['label'].lower()!r}")
        while not match["value"].strip() and number < size:
            if (
                page.words[number] > 12
                or page.listed[number] != page.listed[here]
                or METADATA_LABEL.match(page.line(number))
            ):
                break
            page.set(number, "metadata", "value of a declared field")
            number += 1
            if not page.listed[here]:
                break


def mark_related(page: Page) -> None:
    """Mark lists of other documents: title, excerpt that repeats it, "More information", again and again."""
    related = (page.counts.kind == _RELATED) & (page.counts.kind_share == 1)
    few: list[int] = np.flatnonzero(related).tolist()
    markers = [number for number in few if page.words[number] <= 4 and _MORE.match(page.line(number))]
    runs: list[list[int]] = []
    for marker in markers:
        if runs and marker - runs[-1][-1] <= 5:
            runs[-1].append(marker)
        else:
            runs.append([marker])
    for run in runs:
        first = max(run[0] - 4, 0)
        again = sum(_begins_alike(page, number) for number in range(first, run[-1]))
        if len(run) < 3 or again < len(run) / 2:
            continue
        widest = max(second - one for one, second in itertools.pairwise(run))
        for number in range(max(run[0] - widest + 1, 0), run[-1] + 1):
            page.set(number, "related", "in a list of other documents")


def _begins_alike(page: Page, number: int) -> bool:
    if not 2 <= page.words[number] <= min(page.words[number + 1], 60):
        return False
    return page.line(number + 1).casefold().startswith(page.line(number).casefold())


def mark_foreign_ends(page: Page) -> None:
    """A lone paragraph in another language than the text, above or below it, is the site speaking."""
    prose = [n for n, is_prose in enumerate(page.prose) if is_prose and page.roles[n] is None]
    if len(prose) < 4:
        return
    for ends in (prose, prose[::-1]):
        foreign = 0
        while foreign < len(ends) and page.foreign[ends[foreign]]:
            foreign += 1
        if 0 < foreign <= 2:
            for number in ends[:foreign]:
                page.set(number, "chrome", "in another language, outside the text")


def lower_foreign_lines(page: Page) -> None:
    """A short line in the other language is less likely part of a text in one language."""
    if not page.bilingual:
        for number, foreign in enumerate(page.foreign):
            page.scores[number] -= _FOREIGN if foreign and not page.prose[number] else 0.0


def is_dateline(page: Page, number: int) -> bool:
    """Whether a block is a short line with a date, alone or after a place."""
    if not page.digits[number] or page.words[number] > 12 or page.roles[number] is not None:
        return False
    line = page.line(number, 101)
    if len(line) > 100:
        return False
    dates = list(find_dates(line))
    if not dates:
        return False
    rest = (line[: dates[0].start] + " " + line[dates[-1].end :]).split()
    return len(rest) <= 6 and sum(word[0].islower() for word in rest) <= 2


def mark_furniture(page: Page, content: list[bool]) -> bool:
    """Leave out short lines that say what only furniture says, wherever they stand."""
    found = False
    for number, inside in enumerate(content):
        if not inside or page.words[number] > 40 or page.roles[number] is not None:
            continue
        if page.prose[number] and page.terminal[number] and page.words[number] > 15:
            continue
        role = furniture_role(page.line(number).rstrip(_ENDINGS))
        if role is not None:
            page.set(number, role, "words of page furniture")
            found = True
    return found


def is_clean_already(page: Page, content: list[bool]) -> bool:
    """Whether nothing on the page is surely furniture, and little may be: then all of it is kept."""
    total = dropped = 0
    blocks = zip(content, page.roles, page.scores, page.blocks, page.foreign, strict=True)
    for inside, role, score, block, foreign in blocks:
        size = block.end - block.start
        total += size
        if role is not None:
            if role.name != "metadata":
                return False
        elif not inside:
            dropped += size
            if score < _SURELY_FURNITURE or foreign:
                return False
    return dropped <= _DOUBTFUL_SHARE * total


def keep_few(page: Page, content: list[bool]) -> None:
    """A text of a few lines shows no page around it: what is not furniture by its words is kept.

    Where nothing at all was taken for content, so are the lines of a short page that are not surely
    furniture, and the sentences of a longer one.
    """
    size, found = len(content), any(content)
    if found and size > _FEW_BLOCKS:
        return
    for number, role in enumerate(page.roles):
        if role is not None or page.counts.kind_share[number] >= 0.5:
            continue
        sentence = page.prose[number] and page.terminal[number]
        doubtful = page.scores[number] > _SURELY_FURNITURE and (size <= _SHORT_PAGE or sentence)
        if size <= _FEW_BLOCKS or doubtful:
            content[number] = True
    mark_furniture(page, content)


def take_in_heads(page: Page, content: list[bool], datelines: list[bool]) -> None:
    """A headline belongs to the text that it opens, with the dateline and the byline between them."""
    for start in range(len(content) - 1, 0, -1):
        if not content[start] or content[start - 1]:
            continue
        if not any(page.prose[start : start + 4]) and not datelines[start]:
            continue
        taken: list[int] = []
        waiting: list[int] = []
        titles, furniture = (
            int(is_title_like(page, start) and not page.terminal[start] and not datelines[start]),
            0,
        )
        dated = False
        for number in range(start - 1, max(start - 30, -1), -1):
            role = page.roles[number]
            if content[number] or titles == 2 or (page.foreign[number] and page.words[number] > 5):
                break
            if role is not None or page.foreign[number] or page.counts.kind_share[number] >= 0.5:
                furniture += role is None or role.name != "metadata"
                if furniture > _FURNITURE_BETWEEN:
                    break
            elif datelines[number] and not titles and _PLACE.match(page.line(number)):
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
            content[number] = True


def _may_be_headline(page: Page, number: int, *, first: bool, near: bool) -> bool:
    least = _LONG_TITLE if first and page.words[number] >= 6 else _SHORT_TITLE
    if first and near and page.words[number] >= 6 and page.counts.stops[number] >= 2:
        least = _NEAR_TITLE
    return (
        page.scores[number] > least
        and is_title_like(page, number)
        and furniture_role(page.line(number).rstrip(_ENDINGS)) is None
    )


def take_in_ends(page: Page, content: list[bool]) -> None:
    """A sentence next to the text is part of it, at the head and at the foot of a page too."""
    for numbers, step in ((range(1, len(content)), -1), (range(len(content) - 2, -1, -1), 1)):
        for number in numbers:
            if content[number] or not content[number + step] or page.roles[number] is not None:
                continue
            if page.prose[number] and page.terminal[number] and page.prose[number + step]:
                content[number] = page.scores[number] > _NEXT_SENTENCE and not page.foreign[number]


def is_title_like(page: Page, number: int) -> bool:
    """Whether a block reads as a heading: some words, a capital or digit first, no mark at its end."""
    if page.roles[number] is not None or page.listed[number] or not 3 <= page.words[number] <= 40:
        return False
    line = page.line(number)
    return not line.endswith((".", ":", ";", ",")) and not line[0].islower()


def mark_repeated_title(page: Page, content: list[bool]) -> None:
    """A title above furniture that the text repeats at its own head is a duplicate."""
    first = next(
        (n for n, inside in enumerate(content) if inside and page.prose[n] and page.words[n] > 60), None
    )
    if first is None:
        return
    head = page.line(first, 600).casefold()
    furniture = False
    for number in range(first - 1, -1, -1):
        role = page.roles[number]
        again = furniture and page.words[number] >= 4 and page.line(number).casefold() in head
        if again and (role is None or role.name != "metadata"):
            page.roles[number] = Role("duplicate", "repeated at the head of the text")
        furniture = furniture or (not content[number] and (role is None or role.name != "metadata"))
