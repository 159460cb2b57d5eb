"""Results from the values of the steps: languages and blocks, metadata, tags with their evidence."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from operator import itemgetter
from typing import Any, Literal, NamedTuple, TypeAlias

from mtag.dates import FoundDate
from mtag.document import Candidate, Cleaning, Document, Language, Segment, content_of
from mtag.pipeline import decision, metadata
from mtag.taxonomy import Taxonomy

Values: TypeAlias = dict[str, Any]
"""The fields of a result, or of a part of one, as plain values."""

MAX_EVIDENCE = 50
"""Spans shown for one tag of one item; a long report may hold thousands."""


class Cleaned(NamedTuple):
    """A document after the steps before tagging; `items` are the facts of each segment."""

    document: Document
    languages: tuple[Language, ...]
    cleaning: Cleaning
    segments: tuple[Segment, ...]
    facts: metadata.Facts
    items: tuple[metadata.Facts, ...]


def clean_fields(cleaned: Cleaned) -> Values:
    """The fields of a `CleanResult`, as plain values."""
    document = cleaned.document
    return {
        "language": language_of(cleaned, 0, len(document.blocks)),
        "languages": _shares(cleaned),
        "text": document.text,
        "blocks": [
            {
                "start": start,
                "end": end,
                "role": role,
                "reason": reason,
                "language": code,
                "language_probability": probability,
            }
            for (start, end, _), (role, reason), (code, probability) in zip(
                document.blocks, cleaned.cleaning.roles, cleaned.languages, strict=True
            )
        ],
        "artefacts": [{"start": one.start, "end": one.end} for one in cleaned.cleaning.artefacts],
        "metadata": {
            "title": cleaned.facts.title,
            "date": date_of(cleaned.facts),
            "place": cleaned.facts.place,
            "source": cleaned.facts.source,
            "author": cleaned.facts.author,
            "fields": cleaned.facts.fields,
            "declared": dict(cleaned.facts.declared),
        },
    }


def language_of(cleaned: Cleaned, first: int, last: int) -> str:
    """The language of most of the content in the blocks from `first` up to `last`, `und` without any."""
    content = content_of(cleaned.cleaning.roles[first:last])
    sizes = _sizes(cleaned, [first + number for number in content])
    sizes = {code: size for code, size in sizes.items() if code != "und"} or sizes
    return max(sizes, key=lambda code: sizes[code]) if sizes else "und"


def _shares(cleaned: Cleaned) -> dict[str, float]:
    sizes = _sizes(cleaned, range(len(cleaned.document.blocks)))
    total = sum(sizes.values())
    return {
        code: round(size / total, 4)
        for code, size in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0]))
    }


def _sizes(cleaned: Cleaned, numbers: Iterable[int]) -> dict[str, int]:
    """The characters in each language among some blocks."""
    blocks, languages = cleaned.document.blocks, cleaned.languages
    sizes: dict[str, int] = {}
    for number in numbers:
        start, end, _ = blocks[number]
        code = languages[number][0]
        sizes[code] = sizes.get(code, 0) + end - start
    return sizes


def date_of(facts: metadata.Facts) -> Values | None:
    """The date of an item or page: the fields of a `DateValue`."""
    found: FoundDate | None = facts.date
    if found is None:
        return None
    return {
        "start": found.first,
        "end": found.last,
        "quote": facts.date_text,
        "ambiguous": found.is_ambiguous,
        "alternatives": found.alternatives,
    }


def make_tags(text: str, decisions: Sequence[decision.Decision], taxonomy: Taxonomy) -> list[Values]:
    """The tags that the decisions on an item make: the fields of a `Tag` of each, in the taxonomy's order."""
    shown: dict[int, list[Values]] = {}  # a broader concept has the evidence of a narrower one
    values = []
    for made in sorted(decisions, key=lambda made: taxonomy.order[made.concept]):
        concept = taxonomy[made.concept]
        evidence = shown.get(id(made.evidence))
        if evidence is None:
            evidence = shown[id(made.evidence)] = [
                {"start": start, "end": end, "quote": text[start:end], "phrase": phrase, "kind": kind}
                for _, start, end, kind, phrase, _ in _best_evidence(made.evidence)
            ]
        values.append(
            {
                "id": concept.id,
                "facet": concept.facet,
                "label": {**concept.label},
                "probability": round(made.probability, 4),
                "source": _source(made),
                "status": "accepted" if made.accepted else "review",
                "evidence": evidence,
            }
        )
    return values


def _source(made: decision.Decision) -> Literal["phrase", "model", "both", "broader"]:
    if made.implied:
        return "broader"
    if not made.by_model:
        return "phrase"
    return "both" if made.evidence[0].source == "phrase" else "model"


def _best_evidence(evidence: Sequence[Candidate]) -> Sequence[Candidate]:
    """At most `MAX_EVIDENCE` disjoint spans: phrases in the order of the text, then words of the model.

    Where spans overlap, strong phrases and longer ones come first; the model's words keep their
    order, the best sentence first.
    """
    if len(evidence) == 1:
        return evidence
    spans = sorted([(one.start, one.end) for one in evidence])
    if len(spans) <= MAX_EVIDENCE and all(end <= start for (_, end), (start, _) in pairwise(spans)):
        return evidence
    ranked = sorted([one for one in evidence if one.source == "phrase"], key=_rank)
    kept: list[Candidate] = []
    taken: list[tuple[int, int]] = []
    for one in chain(ranked, (one for one in evidence if one.source == "model")):
        span = one[1:3]
        place = bisect(taken, span)
        if (place and taken[place - 1][1] > span[0]) or (place < len(taken) and span[1] > taken[place][0]):
            continue
        taken.insert(place, span)
        kept.append(one)
        if len(kept) == MAX_EVIDENCE:
            break
    phrases = [one for one in kept if one.source == "phrase"]
    return sorted(phrases, key=itemgetter(1)) + kept[len(phrases) :]


def _rank(one: Candidate) -> tuple[bool, int, int, str]:
    """What comes first where phrases overlap."""
    _, start, end, kind, phrase, _ = one
    return kind != "strong", start - end, start, phrase
