"""What stands below a text: what its author says of itself (*About Hope House*), what follows *ENDS*."""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import compress, islice

from mtag.document import HEADING_TAGS
from mtag.pageblocks import Page
from mtag.patterns import late

_OPENS = "AaÀàEFQqWw-–—*#."
_OPENS_ON = frozenset(("abo", "a p", "qui", "who", "end", "fin"))
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

_THING = late(
    r"(?i:\b(?:act|bill|law|day|project|programme?|campaign|operation|study|report|survey|strategy|protocol"
    r"|convention|directive|mechanism|scheme|initiative|loi|projet|plan|campagne|op[ée]ration|[ée]tude|rapport"
    r"|enqu[êe]te|protocole|strat[ée]gie|m[ée]canisme)\b)"
)
"""Words in the name of what a text tells of, not of who tells it."""

_PARTS = frozenset(("li", "td", "dd", "blockquote"))
"""Elements in which a text tells of people one by one, or lets them speak."""

_AUTHORS = ("json-ld:author", "author", "article:author")
"""What a page declares its author by."""

_BESIDE = late(r"(?i:(?:media |press )?contacts?\b|notes? (?:to|for) editors?|contacts? (?:presse|médias?))")
"""What else stands there under a line of its own."""

_MOST_HEADS, _PARAGRAPHS = 8, 3
"""Most lines that may open end matter, and most paragraphs below each."""

_HEAD_WORDS, _SENTENCE_WORDS = 12, 5
"""Most words of a line that opens end matter, and least words of a sentence."""

_SEEN = 120
"""Characters of a line by which it is known."""


def leave_out_end_matter(page: Page, content: list[bool]) -> None:
    """Leave out what stands below the end of a text, where it is no longer than the text itself."""
    words = page.words
    sentences = [n for n in page.inside(content, page.terminal) if words[n] >= _SENTENCE_WORDS]
    if len(sentences) < 3:
        return
    opening = _opening(page, content, sentences[1] + 1)
    for head in opening:
        below = [number for number in sentences if number >= head]
        if not below or 2 * sum([words[n] for n in below]) > sum([words[n] for n in sentences]):
            continue
        heads = {number for number in opening if number >= head}
        ended = _END.match(page.line(head, _SEEN)) is not None
        many = not ended and len(below) > _PARAGRAPHS * len(heads)
        if not many and not _goes_on(page, content, heads, head, below[-1]):
            for number in compress(range(head, len(content)), content[head:]):
                content[number] = False
                page.set(number, "footer", "below the end of the text")
            return


def _opening(page: Page, content: Sequence[bool], first: int) -> list[int]:
    """The last lines, from `first` on, that say that the text has ended, or that its author comes."""
    authors = _authors(page)
    lines = [n for n in page.may_begin(_OPENS + "".join([author[0] for author in authors])) if n >= first]
    found: list[int] = []
    for number in islice((n for n in reversed(lines) if _may_open(page, n, authors)), _MOST_HEADS):
        line = page.line(number, _SEEN)
        named = None if _SELF.match(line) else _NAMED.match(line)
        if named is not None:
            found += [number] * _names_a_body(named["name"], page.text)
        elif not _tells_of(page, number, authors) or (content[number] and _stands_apart(page, number)):
            found.append(number)
    return found[::-1]


def _names_a_body(name: str, text: str) -> bool:
    """Whether a name is no law or project, and no subject (*Human Trafficking*), written small elsewhere."""
    return not _THING.search(name) and f" {name.lower()}" not in text


def _authors(page: Page) -> list[str]:
    """The names of the author that a page declares."""
    names = [page.declared.get(name, "") for name in _AUTHORS] if page.declared else []
    return [name for name in names if " " in name and "://" not in name]


def _may_open(page: Page, number: int, authors: Sequence[str]) -> bool:
    start = page.blocks[number][0]
    head = page.text[start : start + 3].lower()
    if head in _OPENS_ON or not (head.isascii() and head[0].isalpha()):
        line, short = page.line(number, _SEEN), page.words[number] <= _HEAD_WORDS
        if short and (_END.match(line) or _SELF.match(line)):
            return True
        named = _NAMED.match(line)
        if named is not None and (short or ":" in named["mark"]):
            return True
    return bool(authors) and _tells_of(page, number, authors)


def _tells_of(page: Page, number: int, authors: Sequence[str]) -> bool:
    """Whether a line is the name of the author, or a paragraph that begins with it."""
    line = page.line(number, _SEEN)
    return any(line.startswith(one) and (page.sentences[number] or line == one) for one in authors)


def _stands_apart(page: Page, number: int) -> bool:
    """Whether a line stands in other elements than the sentence above it, and is no part of a list."""
    part = page.tags[number] in _PARTS or page.tags[number - 1] in HEADING_TAGS
    return not part and not page.stand_alike(number, page.sentences.rfind(1, 0, number))


def _goes_on(page: Page, content: Sequence[bool], heads: Container[int], head: int, last: int) -> bool:
    """Whether the text goes on below a line: paragraphs stand under a heading that opens no end matter."""
    for number in range(head + 1, last):
        if number in heads or not content[number] or page.terminal[number] or page.prose[number]:
            continue
        over = number + 1
        over_text = content[over] and page.terminal[over] and page.prose[over]
        if over_text and not _BESIDE.match(page.line(number, 60)):
            return True
    return False
