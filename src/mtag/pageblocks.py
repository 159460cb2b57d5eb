"""A page of blocks with what was counted in them, for the rules that decide what is content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, compress, pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from mtag.arrays import Floats32
from mtag.blockfeatures import Counts
from mtag.chunks import are_among
from mtag.document import NO_HINTS, Block, Document, Language, Role
from mtag.furniture import KINDS
from mtag.patterns import late

_NEVER, _PROSE_WORDS, _PROSE_STOPS = -8.0, 12, 0.18
_SEEN_WORDS = 260
_RELATED = KINDS.index("related")
_LEADS = np.array([kind in ("related", "menu") for kind in KINDS])
_FORMS = np.array([kind in ("login", "comment_form", "cookie") for kind in KINDS])
_BILINGUAL = 0.25
"""Share of the other language's prose from which a page is in both."""

HEADLINE_WORDS = 30
"""Most words of a headline."""

_ALL_LINKS = 0.95
"""Share of a block's letters in links from which it is nothing else."""

MENU_SHARE = 0.7
"""Share of a line's letters in links from which it may be a menu: marks stand between those."""

_BULLET = late(r"[-–—•*·▪►»>|\s]{1,6}(?=\S)")

Form: TypeAlias = tuple[tuple[str, ...], frozenset[str]]
"""The elements around a block, and the words of their names."""

PROSE, INSIDE, LIST, QUOTE, HEADING = range(5)
"""What a block of content looks like by its text; a heading is one only if it is `is_title_like`."""

LONG_LINE, SHORT_LINE = len(KINDS), len(KINDS) + 1
"""What a block of furniture is by its text, beside the kinds of its words."""


@dataclass(slots=True)
class Page:
    """The blocks of a page, what is known of each, and the roles of those that are out of question.

    Marks of blocks are bytes, not 0 where it is so.
    """

    text: str
    blocks: Sequence[Block]
    html: bool
    scores: list[float]
    words: list[int]
    prose: bytes
    sentences: bytes
    """Prose that ends as a sentence, or is longer than any headline."""
    terminal: bytes
    listed: bytes
    blank: bytes
    """No words at all."""
    labelled: bytes
    """Few words, and a colon among the first."""
    dated: bytes
    """A short line with a digit."""
    short: bytes
    """Not long, and no sentence: may be furniture by its words."""
    common: bytes
    """Some of the commonest words."""
    filled: bytes
    """At least half in words of furniture."""
    leads: bytes
    """In words that lead to other documents."""
    forms: bytes
    """In words of forms: for names, comments, consent."""
    marker: bytes
    """A few words, all of them of lists of other documents."""
    shape: bytes
    use: bytes
    opening: bytes
    """Codes of the first characters (`chunks.codes_of`)."""
    closing: bytes
    """Codes of the last characters."""
    link_shares: Sequence[float]
    """The share of each block's letters that stand in links, 0 to 1."""
    links: bytes
    """Nothing but links."""
    tags: Sequence[str]
    """The element that each block is the text of, where that is known."""
    foreign: Sequence[bool] = ()
    """In the one of English and French that is not the language of the page's prose."""
    bilingual: bool = False
    roles: dict[int, Role] = field(default_factory=dict)
    declared: Mapping[str, str] = field(default_factory=dict)
    """What the page says of itself outside its text."""
    own_lists: Sequence[range] = ()
    """Lists of links that a line of the text announces."""

    def line(self, number: int, limit: int = 400) -> str:
        """The text of a block without a bullet before it."""
        start, end, _ = self.blocks[number]
        line = self.text[start : end if end - start < limit else start + limit]
        bullet = _BULLET.match(line) if self.listed[number] else None
        return line[bullet.end() :] if bullet else line

    def label(self, number: int) -> str:
        """The text of a block without the marks that stand around the words of a link or a heading."""
        return self.line(number).lstrip("> ").rstrip(" .:!»>→…*")

    def form(self, number: int) -> Form:
        """The names of the elements around a block, and the words by which they say what they are."""
        return (self.blocks[number][2] or NO_HINTS)[:2]

    def stand_alike(self, one: int, other: int) -> bool:
        """Whether two blocks stand in elements of the same kinds and names."""
        return self.blocks[one].stands_like(self.blocks[other])

    def stands_beside(self, number: int, sentence: int) -> bool:
        """Whether a block stands in the elements around a sentence, without a name of its own."""
        (tags, words), (own_tags, own_words) = self.form(number), self.form(sentence)
        return tags[:-1] == own_tags[:-1] and words <= own_words

    def furniture(self, number: int) -> str | None:
        """The kind of furniture that fills at least half of a block with its words, if any does."""
        return KINDS[self.use[number]] if self.filled[number] else None

    def set(self, number: int, role: str, reason: str) -> None:
        """Decide a block's role, whatever its score."""
        self.pass_over(number, role, reason)
        if role != "metadata":
            self.scores[number] = _NEVER

    def pass_over(self, number: int, role: str, reason: str) -> None:
        """Decide the role of a block that stands amid a text and does not end it."""
        self.roles[number] = Role(role, reason)
        self.scores[number] = 0.0

    def set_all(self, numbers: Sequence[int], role: str, reason: str) -> None:
        """Decide the roles of blocks that have none."""
        for number in numbers:
            if number not in self.roles:
                self.set(number, role, reason)

    def pass_over_all(self, numbers: Sequence[int], role: str, reason: str) -> None:
        """Decide the roles of blocks that have none, and stand amid a text."""
        for number in numbers:
            if number not in self.roles:
                self.pass_over(number, role, reason)

    def is_foreign(self, number: int) -> bool:
        """Whether a block is in the language that is not the one of the page's prose."""
        return bool(self.foreign) and self.foreign[number]

    def is_metadata(self, number: int) -> bool:
        """Whether a block is known to be a declared field."""
        return number in self.roles and self.roles[number].name == "metadata"

    def where(self, marks: bytes) -> Iterator[int]:
        """The numbers of the blocks that are marked."""
        return compress(range(len(marks)), marks) if 1 in marks else iter(())

    def inside(self, content: Sequence[bool], marks: bytes) -> Iterator[int]:
        """The numbers of the blocks of content that are marked."""
        return compress(self.where(marks), compress(content, marks))

    def may_begin(self, characters: str) -> Iterator[int]:
        """The numbers of the blocks that begin with one of some characters, or with one of the same code."""
        return self.where(self.opening.translate(_among(characters)))

    def may_end(self, characters: str) -> Iterator[int]:
        """The same of those that end so."""
        return self.where(self.closing.translate(_among(characters)))


@lru_cache(maxsize=64)
def _among(characters: str) -> bytes:
    """Which codes are those of some characters, as `bytes.translate` takes them."""
    return are_among(characters).tobytes()


def make_pages(
    documents: Sequence[tuple[Document, Sequence[Language]]], scores: Floats32, counts: Counts
) -> list[Page]:
    """Pages of documents of one format and the languages of their blocks, from what was counted in all."""
    columns = _columns(scores, counts)
    pages: list[Page] = []
    ends = accumulate((len(document.blocks) for document, _ in documents), initial=0)
    for (document, languages), (first, last) in zip(documents, pairwise(ends), strict=True):
        text, blocks, kind, _, declared = document
        html = kind == "html"
        own: Any = (*(column[first:last] for column in columns), *_in_tree(blocks, html=html))
        page = Page(text, blocks, html, *own)
        page.declared = declared
        _mark_foreign(page, [code for code, _ in languages])
        pages.append(page)
    return pages


def _in_tree(blocks: Sequence[Block], *, html: bool) -> tuple[list[float], bytes, list[str]]:
    """What a `Page` knows of each block by its hints: `link_shares`, `links`, `tags`."""
    if not html:
        return [0.0] * len(blocks), bytes(len(blocks)), [""] * len(blocks)
    found = [hints or NO_HINTS for _, _, hints in blocks]
    shares = [share for _, _, share in found]
    links = bytes([share >= _ALL_LINKS for share in shares])
    return shares, links, [tags[-1] if tags else "" for tags, _, _ in found]


def _columns(scores: Floats32, counts: Counts) -> tuple[Any, ...]:
    """What a `Page` knows of each block, for the blocks of many pages."""
    words = counts.words.astype(np.int64)
    few = words <= 40
    share = counts.stops / np.maximum(np.minimum(counts.words, _SEEN_WORDS), 1)
    prose = (counts.words >= _PROSE_WORDS) & (share >= _PROSE_STOPS)
    shape = np.full(len(words), INSIDE, np.uint8)
    shape[few & (words >= 3) & ~counts.terminal] = HEADING
    shape[prose] = PROSE
    shape[counts.quoted & (words < 60)] = QUOTE
    shape[counts.listed] = LIST
    use = np.where(counts.kind_share >= 0.25, counts.kind, SHORT_LINE - (words > 10))
    filled = counts.kind_share >= 0.5
    marks: tuple[npt.NDArray[Any], ...] = (
        prose,
        prose & (counts.terminal | (words > HEADLINE_WORDS)),
        counts.terminal,
        counts.listed,
        words == 0,
        counts.labelled & (words > 0) & (words <= 25),
        counts.digits & (words <= 12),
        few & ~(prose & counts.terminal & (words > 15)),
        counts.stops >= 2,
        filled,
        filled & _LEADS.take(counts.kind),
        filled & _FORMS.take(counts.kind),
        (counts.kind == _RELATED) & (counts.kind_share == 1) & (words <= 4),
        shape,
        use.astype(np.uint8),
        counts.opening,
        counts.closing,
    )
    return scores.tolist(), words.tolist(), *[mark.tobytes() for mark in marks]


def _mark_foreign(page: Page, codes: list[str]) -> None:
    if "en" not in codes or "fr" not in codes:
        return
    sizes = dict.fromkeys(codes, 0)
    for code, words in zip(compress(codes, page.prose), compress(page.words, page.prose), strict=True):
        sizes[code] += words
    main, other = ("en", "fr") if sizes["en"] >= sizes["fr"] else ("fr", "en")
    page.bilingual = sizes[other] > _BILINGUAL * sizes[main]
    if sizes[main]:
        page.foreign = [code == other for code in codes]
