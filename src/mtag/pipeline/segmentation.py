"""Segmentation: content into items (a digest page holds several), items into sentences.

Sentences (`mtag.sentences`) are spans; nothing is rewritten.
"""

from __future__ import annotations

from bisect import bisect, bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise
from operator import itemgetter
from typing import NamedTuple, TypeAlias

import numpy as np

from mtag.arrays import int_array
from mtag.chunks import ChunkTable, may_be_small, read_chunks
from mtag.document import (
    Cleaning,
    Document,
    Language,
    Role,
    Segment,
    Sentence,
    SentenceTable,
    Span,
    content_of,
)
from mtag.itemtitles import find_title
from mtag.pressexports import article_starts
from mtag.sentences import MAX_SENTENCE_CHARS, split_spans

_MIN_ITEM_CHARS = 150
"""Content shorter than this between two titles is no item of its own."""

_FEW_LINES = 2
"""Lines above the first dated item that are its own: the name of the digest, a greeting."""

_CLOSING = '.!?…:;»”"'
"""Marks after which a sentence does not go on in the next block."""

Runs: TypeAlias = Mapping[int, Sequence[tuple[int, int, Language]]]
"""For blocks that hold more than one language: the stretches of each, (start, end, language)."""


Page: TypeAlias = tuple[Document, Cleaning, Sequence[Language], Runs]
"""A document, what cleaning made of it, the language of each of its blocks, and the runs of its blocks."""


class _Item(NamedTuple):
    """An item of a page: its bounds as in `Segment`, and those of its blocks that are content."""

    first: int
    last: int
    title: int | None
    dateline: int | None
    members: Sequence[int]


def segment(
    document: Document,
    roles: Sequence[Role],
    languages: Sequence[Language],
    artefacts: Sequence[Span],
    runs: Runs | None = None,
) -> tuple[Segment, ...]:
    """Cut the content of one page into items and the items into sentences; see `segment_pages`."""
    page = (document, Cleaning(tuple(roles), content_of(roles), tuple(artefacts)), languages, runs or {})
    return segment_pages([page], read_chunks([document.text]))[0]


def segment_pages(pages: Sequence[Page], chunks: ChunkTable) -> list[tuple[Segment, ...]]:
    """Cut the content of pages into items and the items into sentences.

    A new item begins at a title that a dateline follows, where the page already had one such, so
    that an ordinary page with headings stays one item.

    Args:
        pages: documents and what is known of their blocks; artefacts are passed over.
        chunks: those of the texts of the documents.
    """
    items = [_items(document, cleaned, languages) for document, cleaned, languages, _ in pages]
    blocks = [*map(_blocks, pages, items)]
    sentences, small, edges = _sentences(chunks, blocks)
    place = 0
    segments = []
    for (document, cleaned, _, runs), own in zip(pages, items, strict=True):
        made = []
        for item in own:
            first, last = edges[place], edges[place + len(item.members)]
            place += len(item.members)
            found = sentences[first:last]
            if runs:
                found = SentenceTable.of([_in_stretch(one, runs.get(one.block, ())) for one in found])
            if small.find(1, first, last) >= 0:
                found = SentenceTable.of(_joined(document.text, found, cleaned.artefacts))
            made.append(Segment(item.first, item.last, item.title, item.dateline, found))
        segments.append(tuple(made))
    return segments


def _blocks(page: Page, items: Sequence[_Item]) -> list[tuple[int, int, int, str, bool]]:
    """The blocks of items, without the artefacts at their ends, each as one `Sentence`."""
    document, cleaned, languages, _ = page
    roles, artefacts = cleaned.roles, cleaned.artefacts
    found = []
    for _, _, title, _, members in items:
        for number in members:
            start, end, _ = document.blocks[number]
            if artefacts:
                start, end = _without_ends(start, end, artefacts)
            is_title = roles[number][0] == "title" or number == title
            found.append((start, end, number, languages[number][0], is_title))
    return found


def _sentences(
    chunks: ChunkTable, pages: Sequence[Sequence[tuple[int, int, int, str, bool]]]
) -> tuple[SentenceTable, bytes, list[int]]:
    """The sentences of blocks; which ones may begin with a small letter; where those of each block begin."""
    blocks = [*chain.from_iterable(pages)]
    if not blocks:
        return SentenceTable.of(()), b"", [0]
    starts, ends, numbers, languages, headings = zip(*blocks, strict=True)
    base = chunks.bases.repeat([*map(len, pages)])
    counts, begins, stops = split_spans(chunks, int_array(starts) + base, int_array(ends) + base)
    small = may_be_small().take(chunks.codes.take(begins)).tobytes()
    shift = base.repeat(counts)
    begins -= shift
    stops -= shift
    codes = np.array(languages, np.object_).repeat(counts).tolist()
    owners, titles = int_array(numbers).repeat(counts), np.array(headings, np.bool_).repeat(counts)
    sentences = SentenceTable(begins, stops, owners, codes, titles)
    return sentences, small, [0, *counts.cumsum().tolist()]


def _items(document: Document, cleaned: Cleaning, languages: Sequence[Language]) -> list[_Item]:
    roles, content = cleaned.roles, cleaned.content
    if not content:
        return []
    datelines = [number for number in content if roles[number][0] == "dateline"]
    exported = article_starts(document)
    starts = _firsts(content, exported) if exported else _item_starts(document, roles, content, datelines)
    if not exported and len(starts) == 2 and languages[starts[0]].code != languages[starts[1]].code:
        starts = []  # one release in two languages
    above = content[: bisect_left(content, starts[0])] if len(starts) > 1 else []
    if len(above) > _FEW_LINES and _size(document, above) >= _MIN_ITEM_CHARS:
        starts = [content[0], *starts]
    else:
        starts = [content[0], *starts[1:]]
    items = []
    for first, last in zip(starts, [*starts[1:], content[-1] + 1], strict=True):
        members = content[bisect_left(content, first) : bisect_left(content, last)]
        title = find_title(document, roles, members, exported=bool(exported))
        dateline = next(iter(datelines[bisect_left(datelines, first) : bisect_left(datelines, last)]), None)
        items.append(_Item(first, last, title, dateline, members))
    return items


def _item_starts(
    document: Document, roles: Sequence[Role], content: Sequence[int], datelines: Sequence[int]
) -> list[int]:
    """The first block of each dated item: what can head one, above a dateline."""
    above = [content[place - 1] for place in (bisect_left(content, n) for n in datelines) if place > 0]
    starts = [number for number in above if _can_head(document, roles[number], number)]
    if len(starts) < 2:
        return []
    bounds = [*(bisect_left(content, first) for first in starts), len(content)]
    sizes = [_size(document, content[first:last]) for first, last in pairwise(bounds)]
    return [start for start, size in zip(starts, sizes, strict=True) if size >= _MIN_ITEM_CHARS]


def _size(document: Document, numbers: Sequence[int]) -> int:
    """The characters of blocks."""
    return sum([document.blocks[number].end - document.blocks[number].start for number in numbers])


def _firsts(content: Sequence[int], numbers: Sequence[int]) -> list[int]:
    """The first blocks of content at or below some others."""
    places = dict.fromkeys(bisect_left(content, number) for number in numbers)
    return [content[place] for place in places if place < len(content)]


def _can_head(document: Document, role: Role, number: int) -> bool:
    block = document.blocks[number]
    return role.name == "title" or (role.name == "paragraph" and block.end - block.start <= 300)


def _in_stretch(sentence: Sentence, stretches: Sequence[tuple[int, int, Language]]) -> Sentence:
    """A sentence of a block that holds several languages, in that of the stretch it begins in."""
    place = bisect(stretches, sentence.start, key=itemgetter(1))
    return sentence if place == len(stretches) else sentence._replace(language=stretches[place][2].code)


def _joined(text: str, sentences: Iterable[Sentence], artefacts: Sequence[Span]) -> list[Sentence]:
    """The sentences of an item; one that a line end cuts in two goes on in the next block.

    Not where words that are no content stand between, but for artefacts, which tagging passes over.
    """
    found: list[Sentence] = []
    for one in sentences:
        if (
            found
            and text[one.start].islower()
            and _goes_on(text, found[-1], one)
            and not _words_between(text, found[-1].end, one.start, artefacts)
        ):
            found[-1] = found[-1]._replace(end=one.end)
        else:
            found.append(one)
    return found


def _words_between(text: str, start: int, end: int, artefacts: Sequence[Span]) -> bool:
    """Whether there are letters from `start` to `end` beside artefacts."""
    for place in range(max(0, bisect(artefacts, (start, start)) - 1), len(artefacts)):
        artefact = artefacts[place]
        if artefact.start >= end:
            break
        if any(map(str.isalpha, text[start : artefact.start])):
            return True
        start = max(start, artefact.end)
    return any(map(str.isalpha, text[start:end]))


def _without_ends(start: int, end: int, artefacts: Sequence[Span]) -> tuple[int, int]:
    """The bounds of a block without the artefacts at its ends."""
    place = bisect(artefacts, (start, end))
    for artefact in artefacts[max(0, place - 1) : place + 1]:
        if artefact.start <= start < artefact.end:
            start = min(artefact.end, end)
    place = bisect(artefacts, (end, end)) - 1
    if place >= 0 and start < artefacts[place].start < end <= artefacts[place].end:
        end = artefacts[place].start
    return start, end


def _goes_on(text: str, sentence: Sentence, following: Sentence) -> bool:
    """Whether a sentence continues one that ended without a full stop."""
    return (
        not sentence.is_title
        and sentence.language == following.language
        and following.end - sentence.start <= MAX_SENTENCE_CHARS
        and text[sentence.end - 1] not in _CLOSING
        and "\n\n" not in text[sentence.end : following.start]
    )
