"""The steps before tagging, in their order: languages, cleaning, segments, what a document says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mtag.chunks import ChunkTable
from mtag.document import Cleaning, Document, Extractor, Language, Segment
from mtag.pipeline import cleaning, language, metadata, segmentation
from mtag.sitechrome import SiteChrome


class Cleaned(NamedTuple):
    """A document after the steps before tagging; `items` are the facts of each segment."""

    document: Document
    languages: tuple[Language, ...]
    cleaning: Cleaning
    segments: tuple[Segment, ...]
    facts: metadata.Facts
    items: tuple[metadata.Facts, ...]


def prepare(
    documents: Sequence[Document],
    chunks: ChunkTable,
    chrome: SiteChrome | None = None,
    extractor: Extractor = "mtag",
) -> list[Cleaned]:
    """Take documents through the steps before tagging, the first ones in one pass over all.

    Args:
        documents: what `reading` read.
        chunks: those of their texts.
        chrome: the lines that the pages of a site have in common, where they are of one.
        extractor: what chose the content of HTML pages; where it is not mtag, they are kept whole.
    """
    detected = language.detect_pages([document.blocks for document in documents], chunks)
    own = {
        number: (document, found.languages)
        for number, (document, found) in enumerate(zip(documents, detected, strict=True))
        if extractor == "mtag" or document.format != "html"
    }
    cleaned = cleaning.clean_pages(own, chunks, chrome)
    return cut(
        documents,
        detected,
        [cleaned[n] if n in cleaned else cleaning.keep_all(one) for n, one in enumerate(documents)],
        chunks,
    )


def cut(
    documents: Sequence[Document],
    detected: Sequence[language.Detected],
    cleaned: Sequence[Cleaning],
    chunks: ChunkTable,
) -> list[Cleaned]:
    """Cleaned documents in segments, with what they say of themselves."""
    pages = [
        (document, own, languages, runs)
        for document, (languages, runs), own in zip(documents, detected, cleaned, strict=True)
    ]
    segments = segmentation.segment_pages(pages, chunks)
    return [*map(_with_facts, documents, detected, cleaned, segments)]


def _with_facts(
    document: Document, detected: language.Detected, cleaned: Cleaning, segments: tuple[Segment, ...]
) -> Cleaned:
    """A document in segments, with what it says of itself."""
    facts = metadata.read_metadata(document, cleaned.roles, cleaned.content)
    items = [metadata.item_facts(document, cleaned.roles, segment) for segment in segments]
    if len(items) == 1:
        facts = _merge(items[0], facts)
        items = [facts]
    return Cleaned(document, detected.languages, cleaned, segments, facts, tuple(items))


def _merge(item: metadata.Facts, page: metadata.Facts) -> metadata.Facts:
    """What the only item says, then what the page declares; of two dates the surer one."""
    own_date = item.date is not None and (page.date is None or item.date_rank >= page.date_rank)
    place = page.place or item.place
    return page._replace(
        title=item.title or page.title,
        date=item.date if own_date else page.date,
        date_text=item.date_text if own_date else page.date_text,
        place=None if place == page.author else place,  # a by-line reads like a dateline
    )
