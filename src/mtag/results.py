"""What users receive: frozen, typed, ready for JSON.

Offsets are Python code points, half-open, into `TagResult.text`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Literal

from mtag.document import CONTENT_ROLES, Kind, Status, TagSource
from mtag.values import Value


class Evidence(Value):
    """Words that prove a tag: `result.text[start:end] == quote`.

    `kind` is `strong` or `weak` for a phrase of the taxonomy, and `phrase` the pattern that matched;
    it is `model` for words that carried the score of the trained model, and then `phrase` is the one
    that weighed most.
    """

    start: int
    end: int
    quote: str
    phrase: str
    kind: Kind


class Tag(Value):
    """A concept of the taxonomy that the document, or an item of it, is about.

    `probability` is between 0 and 1. `source` tells what proved it; `broader` means that a narrower
    concept implies it, and its evidence is that of the narrower one. `status` is `review` where a
    person should look before the tag is used: its probability is under 0.5, or under what the model
    needs for this concept, or in this document, to be right often enough.
    """

    id: str
    facet: str
    label: dict[str, str]
    probability: float
    source: TagSource
    status: Literal["accepted", "review"]
    evidence: tuple[Evidence, ...]


class DateValue(Value):
    """A date as ISO 8601, and the words it was read from.

    `start` is `None` where the date is `ambiguous` ("03/04/2024"): then `alternatives` gives the
    readings. `end` is set for a range. `start` may lack the day ("2024-02").
    """

    start: str | None
    end: str | None = None
    quote: str
    ambiguous: bool = False
    alternatives: tuple[str, ...] = ()


class Metadata(Value):
    """What the page says about itself; `declared` keeps every field that was read, by its own name."""

    title: str | None = None
    date: DateValue | None = None
    place: str | None = None
    source: str | None = None
    author: str | None = None
    fields: tuple[str, ...] = ()
    declared: dict[str, str] = field(default_factory=dict)


class Block(Value):
    """A line or HTML block: what it is (`role`), why (`reason`), in which language."""

    start: int
    end: int
    role: str
    reason: str
    language: str
    language_probability: float

    @property
    def is_content(self) -> bool:
        """Whether the block is part of the document's own content."""
        return self.role in CONTENT_ROLES


class Artefact(Value):
    """A span inside content that is not content: a page number, a tooltip's copy."""

    start: int
    end: int


class Item(Value):
    """One piece of news; an ordinary page has one, a digest several."""

    start: int
    end: int
    language: str
    title: str | None = None
    place: str | None = None
    date: DateValue | None = None
    tags: tuple[Tag, ...] = ()

    @property
    def concept_ids(self) -> tuple[str, ...]:
        """The ids of the accepted tags."""
        return tuple(tag.id for tag in self.tags if tag.status == "accepted")


class Versions(Value):
    """What made the result."""

    mtag: str
    taxonomy: str
    taxonomy_digest: str


class CleanResult(Value):
    """A document read and cleaned, not yet tagged.

    `languages` gives the share of each language over all blocks, by characters, largest first;
    `language` is that of the content (`und` where there is none).
    """

    language: str
    languages: dict[str, float]
    text: str
    blocks: tuple[Block, ...]
    artefacts: tuple[Artefact, ...]
    metadata: Metadata

    @property
    def content(self) -> tuple[Block, ...]:
        """The blocks of the document's own content."""
        return tuple(block for block in self.blocks if block.is_content)

    @property
    def clean_text(self) -> str:
        """The content alone, a block a line, artefacts left out."""
        return join_content(
            self.text,
            [(block.start, block.end) for block in self.content],
            [(artefact.start, artefact.end) for artefact in self.artefacts],
        )


class TagResult(CleanResult):
    """All that mtag says about one document.

    `status` is `tagged`, `off_topic` (content, but none of it on topic), `unsupported_language`
    (content, but not in a language of the taxonomy) or `empty` (no content); `reason` says why
    there are no tags where there are none. `tags` is the union over the items, in the order of the
    taxonomy. Of what a tagger gives, most fields are made when they are first read.
    """

    id: str | None = None
    status: Status
    reason: str | None = None
    items: tuple[Item, ...]
    tags: tuple[Tag, ...]
    versions: Versions

    @property
    def concept_ids(self) -> tuple[str, ...]:
        """The ids of the accepted tags, in the order of the taxonomy."""
        return tuple(tag.id for tag in self.tags if tag.status == "accepted")


class ErrorResult(Value):
    """A document that could not be tagged: it stands in the batch at its place."""

    id: str | None = None
    status: Literal["error"] = "error"
    error: str
    message: str


def content_spans(result: CleanResult) -> Iterator[tuple[Block, list[tuple[int, int]]]]:
    """Each content block with its spans that are no artefact."""
    upcoming = 0
    artefacts = result.artefacts
    for block in result.content:
        spans = []
        position = block.start
        while upcoming < len(artefacts) and artefacts[upcoming].start < block.end:
            artefact = artefacts[upcoming]
            if artefact.start > position:
                spans.append((position, artefact.start))
            position = max(position, min(artefact.end, block.end))
            if artefact.end > block.end:
                break  # it runs into the next block
            upcoming += 1
        if position < block.end:
            spans.append((position, block.end))
        if spans:
            yield block, spans


def join_content(text: str, blocks: list[tuple[int, int]], artefacts: list[tuple[int, int]]) -> str:
    """Join the spans `blocks` of `text` by line ends, leaving out `artefacts` (both ordered, disjoint).

    An artefact that runs from one block into the next takes the line end between them with it.
    """
    pieces: list[str] = []
    upcoming = 0
    for number, (start, end) in enumerate(blocks):
        position = start
        if number:
            crossed = upcoming and artefacts[upcoming - 1][1] > start
            pieces.append("" if crossed else "\n")
            if crossed:
                position = min(artefacts[upcoming - 1][1], end)
        while upcoming < len(artefacts) and artefacts[upcoming][0] < end:
            artefact_start, artefact_end = artefacts[upcoming]
            upcoming += 1
            if artefact_end <= position:
                continue
            pieces.append(text[position : max(position, artefact_start)])
            position = min(artefact_end, end)
        pieces.append(text[position:end])
    return "".join(pieces)
