"""Cleaning: which blocks are the document's own content, what the others are, and why.

A linear classifier scores each block by its words, its shape, its surroundings and, in HTML, its
place in the tree (`blockmodel`); a few rules that no statistics are needed for adjust the scores;
the best sequence of content and boilerplate is then found for the page as a whole (Viterbi). A text
on which nothing is surely furniture is taken to be clean already, and kept whole.
"""

from __future__ import annotations

import os
from bisect import bisect
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import compress
from typing import Literal

from mtag import pagerules as rules
from mtag.arrays import Ints
from mtag.artefacts import disjoint, find_artefacts
from mtag.blockmodel import BlockModel, best_sequence
from mtag.chrome import ALL_HINT_WORDS, HINT_WORDS
from mtag.chunks import ChunkTable, read_chunks
from mtag.document import HEADING_TAGS, Cleaning, Document, Language, Role, Span
from mtag.endmatter import leave_out_end_matter
from mtag.furniture import KINDS
from mtag.headlines import (
    TITLE_WORDS,
    is_title_like,
    mark_repeated_title,
    take_in_headings,
    take_in_heads,
    take_in_title,
)
from mtag.model import TrainedModel
from mtag.ownlists import take_in_lists
from mtag.pageblocks import (
    HEADING,
    INSIDE,
    LIST,
    LONG_LINE,
    PROSE,
    QUOTE,
    SHORT_LINE,
    Page,
    make_pages,
)
from mtag.pagemarks import mark_blocks
from mtag.runningheads import RUNNING
from mtag.signoffs import leave_out_sign_offs
from mtag.sitechrome import SiteChrome

MODEL_FOLDER = os.path.join(os.path.dirname(__file__), "..", "data", "model", "cleaning")

_TAG_ROLES = {
    "nav": "menu",
    "footer": "footer",
    "aside": "related",
    "form": "chrome",
    "button": "chrome",
    "dialog": "cookie",
}
_CONTENT = {
    PROSE: Role("paragraph", "prose"),
    INSIDE: Role("paragraph", "inside the text"),
    LIST: Role("list", "list item in the text"),
    QUOTE: Role("quote", "quotation"),
    HEADING: Role("title", "heading over the text"),
}
_BY_WORDS = {number: Role(kind, "words of page furniture") for number, kind in enumerate(KINDS)}
_BEFORE = _BY_WORDS | {
    LONG_LINE: Role("chrome", "outside the text"),
    SHORT_LINE: Role("menu", "short lines outside the text"),
}
_AFTER = _BY_WORDS | {
    LONG_LINE: Role("related", "outside the text"),
    SHORT_LINE: Role("related", "short lines outside the text"),
}


@lru_cache(maxsize=1)
def _models() -> dict[str, BlockModel]:
    """The shipped classifier, read and verified once."""
    trained = TrainedModel.load(MODEL_FOLDER, "cleaning")
    kinds: tuple[Literal["html"], Literal["text"]] = ("html", "text")
    return {kind: BlockModel.from_trained(trained, kind) for kind in kinds}


def clean(
    document: Document, languages: Sequence[Language], chrome: SiteChrome | None = None, site: str = ""
) -> Cleaning:
    """Give each block of a page a role, and find the artefacts inside content; see `clean_pages`."""
    return clean_pages({0: (document, languages)}, read_chunks([document.text]), chrome, site)[0]


def clean_pages(
    pages: Mapping[int, tuple[Document, Sequence[Language]]],
    chunks: ChunkTable,
    chrome: SiteChrome | None = None,
    site: str = "",
) -> dict[int, Cleaning]:
    """Give each block of some pages a role, and find the artefacts inside content.

    Args:
        pages: documents as they were read, and the languages of their blocks, by the numbers of their texts.
        chunks: those of the texts.
        chrome: what a batch has learned of the sites of its pages.
        site: the name under which `chrome` knows the site of these.
    """
    found: dict[int, Cleaning] = {}
    for kind, model in _models().items():
        numbers = [number for number, (document, _) in pages.items() if document.format == kind]
        if not numbers:
            continue
        own = [pages[number] for number in numbers]
        scores, counts = model.scores([(number, pages[number][0].blocks) for number in numbers], chunks)
        made = make_pages(own, scores, counts)
        if chrome is not None:
            _mark_site(made, chrome.pages(counts, site), least=2 if site else 3)
        found.update(zip(numbers, (_cleaned(page, model.switch) for page in made), strict=True))
    return found


def _cleaned(page: Page, switch: float) -> Cleaning:
    roles, content = _judge(page, switch)
    artefacts = find_artefacts(page.text, [page.blocks[number] for number in content])
    if heads := [Span(*page.blocks[number][:2]) for number, role in page.roles.items() if role == RUNNING]:
        artefacts = disjoint([*artefacts, *heads])  # a sentence goes on from one printed page to the next
    for number in content if artefacts else ():
        # A sentence that a tooltip cuts short goes on in the next block: it is no heading.
        place = bisect(artefacts, (page.blocks[number].end, 0)) - 1
        if place >= 0 and artefacts[place].end > page.blocks[number].end > artefacts[place].start:
            roles[number] = Role("paragraph", "goes on after a tooltip")
    return Cleaning(tuple(roles), content, artefacts)


def keep_all(document: Document) -> Cleaning:
    """Take every block for content: another extractor has chosen them."""
    count = len(document.blocks)
    return Cleaning((Role("paragraph", "kept by another extractor"),) * count, range(count))


def _mark_site(pages: Sequence[Page], seen: Ints, *, least: int) -> None:
    """A line that so many other pages of the site have too is the site's."""
    others = iter(seen.tolist())
    for page in pages:
        for number, count in zip(range(len(page.blocks)), others, strict=False):
            if count >= least:
                page.set(number, "duplicate", "on other pages of the site")


def _judge(page: Page, switch: float) -> tuple[list[Role], list[int]]:
    """The role of each block, and the numbers of those that are content."""
    mark_blocks(page)
    rules.mark_foreign_ends(page)
    rules.lower_foreign_lines(page)
    content = best_sequence(page.scores, switch)
    if rules.mark_furniture(page, content):
        content = best_sequence(page.scores, switch)
    datelines = rules.find_datelines(page)
    if rules.is_clean_already(page, content):
        content = rules.keep_text(page, content)
    rules.keep_few(page, content)
    for number in page.roles:
        content[number] = False
    rules.take_in_ends(page, content)
    if page.html:
        take_in_title(page, content)
        take_in_headings(page, content)
        rules.leave_out_links(page, content)
        take_in_lists(page, content)
        leave_out_sign_offs(page, content)
        rules.take_in_calls(page, content)
        rules.leave_out_last_heading(page, content)
    else:
        take_in_heads(page, content, datelines)
        rules.leave_out_headlines(page, content)
    leave_out_end_matter(page, content)
    mark_repeated_title(page, content)
    return _name(page, content, datelines)


def _name(page: Page, content: list[bool], datelines: set[int]) -> tuple[list[Role], list[int]]:
    """The role of each block: of content by its shape, of furniture by its words and its place."""
    inside = [*compress(range(len(content)), content)]
    last = inside[-1] + 1 if inside else 0
    text_ends = next((number for number in reversed(inside) if page.prose[number]), last)
    roles = [*map(_BEFORE.__getitem__, page.use[:last]), *map(_AFTER.__getitem__, page.use[last:])]
    for number, shape in zip(inside, compress(page.shape, content), strict=True):
        if shape == HEADING and not (number < text_ends and is_title_like(page, number)):
            roles[number] = _CONTENT[INSIDE]
        else:
            roles[number] = _CONTENT[shape]
    for number, (_, _, hints) in enumerate(page.blocks if page.html else ()):
        if hints is None:
            continue
        if content[number]:
            roles[number] = _content_by_hints(page, number, hints.tags) or roles[number]
        elif not page.filled[number]:
            roles[number] = _furniture_by_hints(hints.tags, hints.words) or roles[number]
    for number in datelines:
        if content[number]:
            roles[number] = Role("dateline", "place and date")
    for number, role in page.roles.items():  # none of them is content
        roles[number] = role
    return roles, [number for number in inside if number not in page.roles] if page.roles else inside


def _content_by_hints(page: Page, number: int, tags: Sequence[str]) -> Role | None:
    """What the elements around a block of content say that its text does not."""
    tag = tags[-1] if tags else ""
    if tag in HEADING_TAGS and page.words[number] <= TITLE_WORDS:
        return Role("title", f"<{tag}>")
    if tag == "tr":
        return Role("table", "table row")
    if tag in ("li", "dd", "dt"):
        return _CONTENT[LIST]
    if "blockquote" in tags and not page.listed[number]:
        return _CONTENT[QUOTE]
    return None


def _furniture_by_hints(tags: Sequence[str], words: frozenset[str]) -> Role | None:
    """What the elements around a block of furniture say, where its words leave a doubt."""
    if named := ALL_HINT_WORDS & words:
        return _by_names(named)
    if not _TAG_ROLES.keys().isdisjoint(tags):
        tag = next(tag for tag in reversed(tags) if tag in _TAG_ROLES)
        return Role(_TAG_ROLES[tag], f"inside <{tag}>")
    return None


@lru_cache(maxsize=1024)
def _by_names(named: frozenset[str]) -> Role:
    """The same by those words of their names that tell."""
    role = next(role for role, hinting in HINT_WORDS.items() if not hinting.isdisjoint(named))
    return Role(role, f"inside an element named {min(HINT_WORDS[role] & named)!r}")
