"""Cleaning: which blocks are the document's own content, what the others are, and why.

A linear classifier scores each block by its words, its shape, its surroundings and, in HTML, its
place in the tree (`blockmodel`); a few rules that no statistics are needed for adjust the scores;
the best sequence of content and boilerplate is then found for the page as a whole (Viterbi). A text
on which nothing is surely furniture is taken to be clean already, and kept whole.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from mtag import pagerules as rules
from mtag.artefacts import find_artefacts
from mtag.blockmodel import BlockModel, best_sequence
from mtag.chrome import HINT_WORDS
from mtag.document import Cleaning, Document, Language, Role
from mtag.furniture import KINDS
from mtag.model import TrainedModel
from mtag.pagerules import Page
from mtag.sitechrome import SiteChrome

MODEL_FOLDER = Path(__file__).parents[1] / "data" / "model" / "cleaning"

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_TAG_ROLES = {
    "nav": "menu",
    "footer": "footer",
    "aside": "related",
    "form": "chrome",
    "button": "chrome",
    "dialog": "cookie",
}
_QUOTES = '"“«'
_KIND_ROLES = {number: kind for number, kind in enumerate(KINDS) if kind != "date"}


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
    return clean_pages([(document, languages)], chrome, site)[0]


def clean_pages(
    pages: Sequence[tuple[Document, Sequence[Language]]], chrome: SiteChrome | None = None, site: str = ""
) -> list[Cleaning]:
    """Give each block of some pages a role, and find the artefacts inside content.

    Args:
        pages: documents as they were read, and the languages of their blocks.
        chrome: what a batch has learned of the sites of its pages.
        site: the name under which `chrome` knows the site of these.
    """
    found: dict[int, Cleaning] = {}
    for kind, model in _models().items():
        own = [number for number, (document, _) in enumerate(pages) if document.format == kind]
        scored = model.scores([(pages[n][0].text, pages[n][0].blocks) for n in own]) if own else []
        for number, scores in zip(own, scored, strict=True):
            page = Page(*pages[number], model, scores)
            if chrome is not None:
                _mark_site(page, chrome.pages(page.counts, site).tolist(), named=bool(site))
            found[number] = _cleaned(page)
    return [found[number] for number in range(len(pages))]


def _cleaned(page: Page) -> Cleaning:
    roles = _judge(page)
    content = [number for number, role in enumerate(roles) if role.is_content]
    artefacts = find_artefacts(page.text, [page.blocks[number] for number in content])
    for number in content if artefacts else ():
        # A sentence that a tooltip cuts short goes on in the next block: it is no heading.
        place = bisect(artefacts, (page.blocks[number].end, 0)) - 1
        if place >= 0 and artefacts[place].end > page.blocks[number].end > artefacts[place].start:
            roles[number] = Role("paragraph", "goes on after a tooltip")
    return Cleaning(tuple(roles), artefacts)


def keep_all(document: Document) -> Cleaning:
    """Take every block for content: another extractor has chosen them."""
    return Cleaning(tuple(Role("paragraph", "kept by another extractor") for _ in document.blocks))


def _mark_site(page: Page, pages: list[int], *, named: bool) -> None:
    """A line that other pages of the site have too is the site's."""
    enough = 2 if named else 3
    for number, count in enumerate(pages):
        if count >= enough:
            page.set(number, "duplicate", "on other pages of the site")


def _judge(page: Page) -> list[Role]:
    for number, words in enumerate(page.words):
        if not words and page.roles[number] is None:
            page.set(number, "chrome", "no words")
    rules.mark_metadata(page)
    rules.mark_related(page)
    rules.mark_foreign_ends(page)
    rules.lower_foreign_lines(page)
    content = best_sequence(page.scores, page.switch)
    if rules.mark_furniture(page, content):
        content = best_sequence(page.scores, page.switch)
    datelines = [rules.is_dateline(page, number) for number in range(len(page.blocks))]
    if rules.is_clean_already(page, content):
        content = [True] * len(content)
    rules.keep_few(page, content)
    content = [inside and role is None for inside, role in zip(content, page.roles, strict=True)]
    rules.take_in_ends(page, content)
    if not page.html:  # where there are tags, the classifier knows a headline by them
        rules.take_in_heads(page, content, datelines)
    rules.mark_repeated_title(page, content)
    last = max((number for number, inside in enumerate(content) if inside), default=-1)
    return [
        role
        if (role := page.roles[number]) is not None
        else _content_role(page, number, dateline=datelines[number])
        if content[number]
        else _furniture_role(page, number, after=number > last)
        for number in range(len(page.blocks))
    ]


def _content_role(page: Page, number: int, *, dateline: bool) -> Role:
    hints = page.blocks[number].hints
    tag = hints.tags[-1] if hints and hints.tags else ""
    if dateline:
        return Role("dateline", "place and date")
    if tag in _HEADINGS:
        return Role("title", f"<{tag}>")
    if tag == "tr":
        return Role("table", "table row")
    if page.listed[number] or tag in ("li", "dd", "dt"):
        return Role("list", "list item in the text")
    first = page.text[page.blocks[number].start]
    if (first in _QUOTES and page.words[number] < 60) or (hints and "blockquote" in hints.tags):
        return Role("quote", "quotation")
    if not page.prose[number] and not page.terminal[number] and rules.is_title_like(page, number):
        return Role("title", "heading over the text")
    return Role("paragraph", "prose" if page.prose[number] else "inside the text")


def _furniture_role(page: Page, number: int, *, after: bool) -> Role:
    """Name what is not content: by its words, by the elements around it, by where it stands."""
    counts = page.counts
    kind = int(counts.kind[number])
    if kind in _KIND_ROLES and counts.kind_share[number] >= 0.5:
        return Role(_KIND_ROLES[kind], "words of page furniture")
    hints = page.blocks[number].hints
    if hints is not None:
        for role, words in HINT_WORDS.items():
            if not words.isdisjoint(hints.words):
                return Role(role, f"inside an element named {min(words & hints.words)!r}")
        for tag in reversed(hints.tags):
            if tag in _TAG_ROLES:
                return Role(_TAG_ROLES[tag], f"inside <{tag}>")
    if kind in _KIND_ROLES and counts.kind_share[number] >= 0.25:
        return Role(_KIND_ROLES[kind], "words of page furniture")
    if page.words[number] > 10:
        return Role("related" if after else "chrome", "outside the text")
    return Role("related" if after else "menu", "short lines outside the text")
