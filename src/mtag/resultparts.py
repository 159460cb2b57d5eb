"""The parts of results: plain tuples, cheap to make and to send, of which values are made when they are read.

Most of what a result tells is never read, and values cost several times what tuples do.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain, pairwise
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from mtag.document import CONTENT_ROLES, EvidenceParts, Status, TagSource
from mtag.results import (
    Artefact,
    Block,
    CleanResult,
    DateValue,
    Evidence,
    Item,
    Metadata,
    Tag,
    TagResult,
    Versions,
)

MAX_EVIDENCE = 50
"""Spans shown for one tag of one item; a long report may hold thousands."""

DateParts: TypeAlias = tuple[str | None, str | None, str, bool, tuple[str, ...]]
"""The fields of a `DateValue`, in order."""

TagParts: TypeAlias = tuple[int, float, TagSource, bool, Sequence[EvidenceParts]]
"""A tag: the number of its concept, its probability, source, whether it is accepted, all its evidence."""


class BlockParts(NamedTuple):
    """The fields of the blocks of a page, a column each."""

    starts: Sequence[int] = ()
    ends: Sequence[int] = ()
    roles: Sequence[str] = ()
    reasons: Sequence[str] = ()
    languages: Sequence[str] = ()
    probabilities: Sequence[float] = ()

    def language_of(self, first: int, last: int) -> str:
        """The language of most of the content from block `first` up to `last`, `und` without any."""
        part = slice(first, last)
        names = (
            code if role in CONTENT_ROLES else ""
            for code, role in zip(self.languages[part], self.roles[part], strict=True)
        )
        sizes = _added_up(names, self.starts[part], self.ends[part])
        sizes.pop("", None)
        sizes = {code: size for code, size in sizes.items() if code != "und"} or sizes
        return max(sizes, key=sizes.__getitem__) if sizes else "und"

    def shares(self) -> dict[str, float]:
        """The share of each language over all blocks, largest first."""
        sizes = _added_up(self.languages, self.starts, self.ends)
        total = sum(sizes.values())
        ordered = sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0]))
        return {code: round(size / total, 4) for code, size in ordered}


class PageParts(NamedTuple):
    """A document after cleaning; `metadata` are the fields of `Metadata`, its date and dict as tuples."""

    text: str
    blocks: BlockParts
    artefacts: Sequence[tuple[int, int]]
    metadata: tuple[Any, ...]

    @property
    def language(self) -> str:
        """The language of the content."""
        return self.blocks.language_of(0, len(self.blocks.starts))


class ItemParts(NamedTuple):
    """An item: its blocks from `first` up to `last` (not included), what it says of itself, its tags."""

    first: int
    last: int
    title: str | None
    place: str | None
    date: DateParts | None
    tags: Sequence[TagParts]


class Parts(NamedTuple):
    """What a `TagResult` is made of."""

    id: str | None
    status: Status
    reason: str | None
    page: PageParts
    items: Sequence[ItemParts]


class Names(NamedTuple):
    """What all results of a tagger share: versions; id, facet and labels of the concepts, by number."""

    versions: Mapping[str, str]
    concepts: Sequence[tuple[str, str, Mapping[str, str]]]


def clean_result(page: PageParts) -> CleanResult:
    """The result of cleaning."""
    made = {name: make(page) for name, make in _OF_PAGE.items()}
    return CleanResult.of_own({"text": page.text, **made})


def tag_result(parts: Parts, names: Names) -> TagResult:
    """The result of tagging; most of its fields are made when they are first read."""
    ready = {"id": parts.id, "status": parts.status, "reason": parts.reason, "text": parts.page.text}
    return TagResult.of_own(ready, partial(_field, parts, names))


def _field(parts: Parts, names: Names, result: TagResult, name: str) -> Any:
    if name in _OF_PAGE:
        return _OF_PAGE[name](parts.page)
    if name == "items":
        return tuple(_item(one, parts.page, names) for one in parts.items)
    if name == "tags":
        return result.items[0].tags if len(parts.items) == 1 else _union(result.items, names)
    return Versions.of_own({**names.versions})


def _blocks(page: PageParts) -> tuple[Block, ...]:
    return tuple(
        [
            Block.of_own(
                {
                    "start": start,
                    "end": end,
                    "role": role,
                    "reason": reason,
                    "language": language,
                    "language_probability": probability,
                }
            )
            for start, end, role, reason, language, probability in zip(*page.blocks, strict=True)
        ]
    )


def _artefacts(page: PageParts) -> tuple[Artefact, ...]:
    return tuple(Artefact.of_own({"start": start, "end": end}) for start, end in page.artefacts)


def _metadata(page: PageParts) -> Metadata:
    own = dict(zip(Metadata.model_fields, page.metadata, strict=True))
    own["date"], own["declared"] = _date(own["date"]), dict(own["declared"])
    return Metadata.of_own(own)


_OF_PAGE: dict[str, Callable[[PageParts], Any]] = {
    "language": lambda page: page.language,
    "languages": lambda page: page.blocks.shares(),
    "blocks": _blocks,
    "artefacts": _artefacts,
    "metadata": _metadata,
}


def _date(parts: DateParts | None) -> DateValue | None:
    if parts is None:
        return None
    return DateValue.of_own(dict(zip(DateValue.model_fields, parts, strict=True)))


def _item(parts: ItemParts, page: PageParts, names: Names) -> Item:
    first, last, title, place, date, tags = parts
    return Item.of_own(
        {
            "start": page.blocks.starts[first],
            "end": page.blocks.ends[last - 1],
            "language": page.blocks.language_of(first, last),
            "title": title,
            "place": place,
            "date": _date(date),
            "tags": _tags(tags, page.text, names),
        }
    )


def _tags(tags: Sequence[TagParts], text: str, names: Names) -> tuple[Tag, ...]:
    """The tags of one item; a broader concept shows the evidence of a narrower one."""
    shown: dict[int, tuple[Evidence, ...]] = {}
    made = []
    for number, probability, source, accepted, evidence in tags:
        if id(evidence) not in shown:
            shown[id(evidence)] = tuple(
                [
                    Evidence.of_own(
                        {"start": start, "end": end, "quote": text[start:end], "phrase": phrase, "kind": kind}
                    )
                    for start, end, kind, phrase in _best(evidence)
                ]
            )
        concept, facet, label = names.concepts[number]
        made.append(
            Tag.of_own(
                {
                    "id": concept,
                    "facet": facet,
                    "label": {**label},
                    "probability": round(probability, 4),
                    "source": source,
                    "status": "accepted" if accepted else "review",
                    "evidence": shown[id(evidence)],
                }
            )
        )
    return tuple(made)


def _union(items: Iterable[Item], names: Names) -> tuple[Tag, ...]:
    """The tags of all items; of those that several have the best accepted one, with all evidence."""
    found: dict[str, list[Tag]] = {}
    for tag in chain.from_iterable(item.tags for item in items):
        found.setdefault(tag.id, []).append(tag)
    made = []
    for own in (found[concept] for concept, _, _ in names.concepts if concept in found):
        best = max(own, key=lambda tag: (tag.status == "accepted", tag.probability))
        made.append(
            best.model_copy(update={"evidence": tuple(chain.from_iterable(tag.evidence for tag in own))})
        )
    return tuple(made)


def _best(evidence: Sequence[EvidenceParts]) -> Sequence[EvidenceParts]:
    """At most `MAX_EVIDENCE` disjoint spans: phrases in the order of the text, then words of the model.

    Where spans overlap, strong phrases and longer ones come first; the model's words keep their
    order, the best sentence first.
    """
    if len(evidence) == 1:
        return evidence
    spans = sorted([one[:2] for one in evidence])
    if len(spans) <= MAX_EVIDENCE and all(end <= start for (_, end), (start, _) in pairwise(spans)):
        return evidence
    ranked = sorted([one for one in evidence if one[2] != "model"], key=_rank)
    kept: list[EvidenceParts] = []
    taken: list[tuple[int, int]] = []
    for one in chain(ranked, (one for one in evidence if one[2] == "model")):
        span = one[:2]
        place = bisect(taken, span)
        if (place and taken[place - 1][1] > span[0]) or (place < len(taken) and span[1] > taken[place][0]):
            continue
        taken.insert(place, span)
        kept.append(one)
        if len(kept) == MAX_EVIDENCE:
            break
    phrases = [one for one in kept if one[2] != "model"]
    return sorted(phrases, key=itemgetter(0)) + kept[len(phrases) :]


def _rank(one: EvidenceParts) -> tuple[bool, int, int, str]:
    """What comes first where phrases overlap."""
    start, end, kind, phrase = one
    return kind != "strong", start - end, start, phrase


def _added_up(names: Iterable[str], starts: Sequence[int], ends: Sequence[int]) -> dict[str, int]:
    """The characters of the blocks of each name."""
    sizes: dict[str, int] = {}
    for name, start, end in zip(names, starts, ends, strict=True):
        sizes[name] = sizes.get(name, 0) + end - start
    return sizes
