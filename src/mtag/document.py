"""What the steps of the pipeline pass on: light values over one immutable text.

Offsets are Python code points, half-open, into `Document.text`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias, overload

import numpy as np

from mtag.arrays import Flags, Floats, Ints, int_array

Format: TypeAlias = Literal["auto", "text", "html"]
"""What a source is; `auto` looks at how it begins."""

Extractor: TypeAlias = Literal["mtag", "trafilatura"]
"""Who chooses the content of HTML pages."""

Kind: TypeAlias = Literal["strong", "weak", "model"]
"""What words are evidence by: a strong or a weak phrase of the taxonomy, or the trained model."""

TagSource: TypeAlias = Literal["phrase", "model", "both", "broader"]
"""What proved a tag; `broader`: a narrower concept implies it."""

Status: TypeAlias = Literal["tagged", "off_topic", "unsupported_language", "empty"]
"""What became of a document."""

CONTENT_ROLES = ("title", "dateline", "paragraph", "list", "quote", "table")
"""Roles of blocks that are the document's own content."""

_CONTENT = frozenset(CONTENT_ROLES)

BOILERPLATE_ROLES = (
    "menu",
    "comment_form",
    "related",
    "cookie",
    "share",
    "login",
    "footer",
    "chrome",
    "duplicate",
)
"""Roles of blocks that are left out; `metadata` blocks are neither: they are read."""


class Span(NamedTuple):
    """A half-open range of characters."""

    start: int
    end: int


HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


class DomHints(NamedTuple):
    """What the HTML around a block says; plain text has none.

    `tags` are the names of the elements around the block, outermost first; `words` the
    lower-case words of their id, class and role attributes; `link_share` the share of the
    block's characters that stand in links, 0 to 1.
    """

    tags: tuple[str, ...]
    words: frozenset[str]
    link_share: float


NO_HINTS = DomHints((), frozenset(), 0.0)


class Block(NamedTuple):
    """A line of plain text or a text block of HTML; never empty, no white space at its ends."""

    start: int
    end: int
    hints: DomHints | None = None

    def stands_like(self, other: Block) -> bool:
        """Whether two blocks stand in elements of the same kinds and names."""
        return self.hints is not None and other.hints is not None and self.hints[:2] == other.hints[:2]


class Document(NamedTuple):
    """One text, read once, and its blocks in order.

    `declared` holds what the source says of itself outside the text (HTML title, meta elements,
    JSON-LD), by lower-case name; `encoding` is set where bytes were decoded.
    """

    text: str
    blocks: tuple[Block, ...]
    format: Literal["text", "html"] = "text"
    encoding: str | None = None
    declared: Mapping[str, str] = MappingProxyType({})


class Language(NamedTuple):
    """`en`, `fr`, `other` or `und`, and how sure (0 to 1)."""

    code: str
    probability: float


class Role(NamedTuple):
    """What a block is, and the reason in a word or two."""

    name: str
    reason: str

    @property
    def is_content(self) -> bool:
        """Whether a block of this role is part of the document's own content."""
        return self.name in _CONTENT


def content_of(roles: Sequence[Role]) -> list[int]:
    """The numbers of the blocks that are the document's own content, by the role of each block."""
    return [number for number, (name, _) in enumerate(roles) if name in _CONTENT]


class Cleaning(NamedTuple):
    """A role for each block, and the spans inside content that are not content.

    `content` are the numbers of the blocks that are the document's own content. `artefacts` are ordered,
    disjoint spans (page numbers, tooltip copies) that tagging skips and the clean text leaves out; one
    may run over the end of a block into the next.
    """

    roles: tuple[Role, ...]
    content: Sequence[int]
    artefacts: tuple[Span, ...] = ()


class Sentence(NamedTuple):
    """A sentence of content: its span, its block, its language, whether it is a heading."""

    start: int
    end: int
    block: int
    language: str
    is_title: bool = False


class SentenceTable(Sequence[Sentence]):
    """Sentences, a column for each of their fields; a `Sentence` is made when it is asked for."""

    __slots__ = ("blocks", "ends", "languages", "starts", "titles")

    def __init__(
        self, starts: Ints, ends: Ints, blocks: Ints, languages: Sequence[str], titles: Flags
    ) -> None:
        """Make a table of its columns."""
        self.starts, self.ends, self.blocks = starts, ends, blocks
        self.languages, self.titles = languages, titles

    @classmethod
    def of(cls, sentences: Sequence[Sentence]) -> SentenceTable:
        """The table of some sentences."""
        if isinstance(sentences, cls):
            return sentences
        starts, ends, blocks, languages, titles = zip(*sentences, strict=True) if sentences else ((),) * 5
        flags = np.array(titles, np.bool_)
        return cls(int_array(starts), int_array(ends), int_array(blocks), languages, flags)

    @classmethod
    def end_to_end(cls, tables: Sequence[SentenceTable]) -> SentenceTable:
        """The sentences of all tables."""
        if len(tables) < 2:
            return tables[0] if tables else cls.of(())
        return cls(
            np.concatenate([one.starts for one in tables]),
            np.concatenate([one.ends for one in tables]),
            np.concatenate([one.blocks for one in tables]),
            [*chain.from_iterable([one.languages for one in tables])],
            np.concatenate([one.titles for one in tables]),
        )

    def __len__(self) -> int:
        """The number of sentences."""
        return len(self.languages)

    @overload
    def __getitem__(self, place: int) -> Sentence: ...
    @overload
    def __getitem__(self, place: slice) -> SentenceTable: ...
    def __getitem__(self, place: int | slice) -> Sentence | SentenceTable:
        """One sentence, or the table of several."""
        if not isinstance(place, slice):
            start, end, block = (int(column[place]) for column in (self.starts, self.ends, self.blocks))
            return Sentence(start, end, block, self.languages[place], bool(self.titles[place]))
        return SentenceTable(
            self.starts[place],
            self.ends[place],
            self.blocks[place],
            self.languages[place],
            self.titles[place],
        )

    def __iter__(self) -> Iterator[Sentence]:
        """Make the sentences."""
        columns = (self.starts.tolist(), self.ends.tolist(), self.blocks.tolist(), self.languages)
        return map(Sentence, *columns, self.titles.tolist())


class Segment(NamedTuple):
    """One item of a page: its blocks from `first` up to `last` (not included), its sentences."""

    first: int
    last: int
    title: int | None
    dateline: int | None
    sentences: SentenceTable


class Candidate(NamedTuple):
    """Words that may prove a concept.

    `kind` is `strong`, `weak` or `model`; `phrase` is the pattern that matched, as it is written in
    the taxonomy, or, of the model's evidence, the word that weighed most.
    """

    concept: str
    start: int
    end: int
    kind: Kind
    phrase: str


EvidenceParts: TypeAlias = tuple[int, int, Kind, str]
"""What may be shown of a candidate: its start, end, kind and phrase."""


class SentenceMatches(NamedTuple):
    """What a sentence holds.

    `candidates` may prove concepts; `cues` counts the words that put the passage on topic;
    `enumeration` tells that the sentence lists topics of which ours is one.
    """

    candidates: tuple[Candidate, ...]
    cues: int
    enumeration: bool


class Proofs(NamedTuple):
    """The candidates of the sentences of a batch, an array each, and what else the sentences hold.

    Candidates stand in the order of their sentences, then of `start`, the longest first, then of concept,
    kind and phrase. `concept` is a number into `concepts`, `entry` one into `entries` (concept, kind,
    phrase); `strong` tells strong phrases from weak ones. `cues` and `enumeration` are by sentence, as in
    `SentenceMatches`.
    """

    sentence: Ints
    start: Ints
    end: Ints
    concept: Ints
    strong: Flags
    entry: Ints
    cues: Ints
    enumeration: Flags
    concepts: Sequence[str]
    entries: Sequence[tuple[str, str, str]]

    @classmethod
    def of(cls, matches: Sequence[SentenceMatches]) -> Proofs:
        """The arrays of what sentences hold."""
        candidates = [(number, one) for number, found in enumerate(matches) for one in found.candidates]
        concepts = sorted({one.concept for _, one in candidates})
        entries = sorted({(one.concept, one.kind, one.phrase) for _, one in candidates})
        concept_numbers = {concept: number for number, concept in enumerate(concepts)}
        entry_numbers = {entry: number for number, entry in enumerate(entries)}
        rows = [
            (
                sentence,
                one.start,
                one.end,
                concept_numbers[one.concept],
                one.kind == "strong",
                entry_numbers[one.concept, one.kind, one.phrase],
            )
            for sentence, one in candidates
        ]
        sentence, start, end, concept, strong, entry = np.array(rows, np.int64).reshape(-1, 6).T
        return cls(
            sentence=sentence,
            start=start,
            end=end,
            concept=concept,
            strong=strong.astype(np.bool_),
            entry=entry,
            cues=np.array([found.cues for found in matches], np.int64),
            enumeration=np.array([found.enumeration for found in matches], np.bool_),
            concepts=concepts,
            entries=entries,
        )

    def candidates(self, numbers: Ints) -> list[Candidate]:
        """Some of the candidates."""
        owners = map(self.entries.__getitem__, self.entry.take(numbers).tolist())
        return [Candidate(one[0], *words) for one, words in zip(owners, self.evidence(numbers), strict=True)]

    def evidence(self, numbers: Ints) -> list[EvidenceParts]:
        """What may be shown of some of the candidates."""
        starts, ends, entries = (part.take(numbers).tolist() for part in (self.start, self.end, self.entry))
        owned: Any = map(self.entries.__getitem__, entries)
        return [
            (start, end, kind, phrase)
            for start, end, (_, kind, phrase) in zip(starts, ends, owned, strict=True)
        ]

    def by_sentence(self) -> tuple[SentenceMatches, ...]:
        """What each sentence holds."""
        candidates = self.candidates(np.arange(len(self.sentence)))
        found = [SentenceMatches((), 0, False)] * len(self.cues)
        count = np.bincount(self.sentence, minlength=len(self.cues))
        speaks = (count + self.cues + self.enumeration).nonzero()[0]
        of_each = (speaks, count[speaks], count.cumsum()[speaks], self.cues[speaks], self.enumeration[speaks])
        for sentence, size, end, cues, enumeration in zip(*(one.tolist() for one in of_each), strict=True):
            found[sentence] = SentenceMatches(tuple(candidates[end - size : end]), cues, enumeration)
        return tuple(found)


class ModelScores(NamedTuple):
    """What the model says of items, a row for an item in one of its languages.

    `languages` and `items` (numbers) are those of the rows. `odds` are log-odds, a column for each concept
    of the taxonomy in its order; `gates` those of being on topic at all. `words` finds the words that
    carried the scores of rows (numbers) for a concept (a column) each, the best sentence first.
    """

    languages: Sequence[str]
    items: Ints
    odds: Floats
    gates: Floats
    words: Callable[[Ints, Ints], Sequence[tuple[Candidate, ...]]]

    @classmethod
    def none(cls, concepts: int) -> ModelScores:
        """No scores, of so many concepts."""
        return cls((), np.zeros(0, np.int64), np.zeros((0, concepts)), np.zeros(0), lambda *_: ())
