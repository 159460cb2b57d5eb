"""What stands below a text: what its author says of itself (*About Hope House*), what follows *ENDS*."""

from __future__ import annotations

from collections.abc import Sequence

from mtag.pageblocks import Page
from mtag.patterns import late

_OPENS = frozenset("AaÀàEFQqWw-–—*#.")
"""What the lines that open end matter begin with: most lines are known by it to be none."""

_END = late(r"[-–—*#.\s]{0,6}(?:ENDS?|Ends|FIN)[-–—*#.\s]{0,6}$")

_SELF = late(
    r"(?i:about (?:us|me|the (?:authors?|writers?|contributors?|organi[sz]ation|company|charity))|who we are"
    r"|[àa] propos(?: de nous| de l.auteure?| des auteure?s)?|qui sommes[- ]nous)\W{0,3}$"
)

_NAMED = late(
    r"(?i:about(?: the| our)?|[àa] propos (?:de la|de l['’]|de|du|des|d['’])) ?"
    r"(?P<name>[A-ZÀ-ÖØ-Þ][^:.]{1,60}?)(?P<mark> ?:|\W{0,2}$)"
)

_BESIDE = late(r"(?i:(?:media |press )?contacts?\b|notes? (?:to|for) editors?|contacts? (?:presse|médias?))")
"""What else stands there under a line of its own."""

_MOST_HEADS, _PARAGRAPHS = 8, 3
"""Most lines that may open end matter, and most paragraphs below each."""

_HEAD_WORDS, _SENTENCE_WORDS = 12, 5
"""Most words of a line that opens end matter, and least words of a sentence."""


def leave_out_end_matter(page: Page, content: list[bool]) -> None:
    """Leave out what stands below the end of a text, where it is no longer than the text itself."""
    sentences = [n for n in page.where(page.terminal) if content[n] and page.words[n] >= _SENTENCE_WORDS]
    if len(sentences) < 3:
        return
    text, blocks = page.text, page.blocks
    first = sentences[1] + 1
    opening = [n for n in range(first, len(blocks)) if text[blocks[n][0]] in _OPENS and _opens(page, n)]
    for head in opening[-_MOST_HEADS:]:
        below = [number for number in sentences if number >= head]
        words = sum([page.words[number] for number in below])
        if not below or 2 * words > sum([page.words[number] for number in sentences]):
            continue
        if _is_end(page, head) or not _goes_on(page, content, opening, head, below):
            for number in range(head, len(blocks)):
                if content[number]:
                    content[number] = False
                    page.set(number, "footer", "below the end of the text")
            return


def _opens(page: Page, number: int) -> bool:
    """Whether a line says that the text has ended, or that its author comes."""
    line = page.line(number, 120)
    if page.words[number] <= _HEAD_WORDS and (_END.match(line) or _SELF.match(line)):
        return True
    named = _NAMED.match(line)
    if named is None or (not named["mark"].strip().startswith(":") and page.words[number] > _HEAD_WORDS):
        return False
    return (
        named["name"].lower() not in page.text
    )  # a subject (*About Human Trafficking*) is written small, too


def _is_end(page: Page, number: int) -> bool:
    return _END.match(page.line(number, 120)) is not None


def _goes_on(
    page: Page, content: Sequence[bool], opening: Sequence[int], head: int, below: Sequence[int]
) -> bool:
    """Whether the text goes on below a line: paragraphs under another heading, or many."""
    heads = {number for number in opening if number >= head}
    for number in range(head + 1, below[-1]):
        if number in heads or not content[number] or page.terminal[number] or page.prose[number]:
            continue
        if (
            page.terminal[number + 1]
            and page.prose[number + 1]
            and content[number + 1]
            and not _BESIDE.match(page.line(number, 60))
        ):
            return True
    return len(below) > _PARAGRAPHS * len(heads)
