"""The parts of results from the values of the steps: blocks, metadata, tags with all their evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter

from mtag.document import EvidenceParts, TagSource
from mtag.pipeline import decision, metadata
from mtag.preparation import Cleaned
from mtag.resultparts import BlockParts, DateParts, ItemParts, PageParts, TagParts


def page_parts(cleaned: Cleaned) -> PageParts:
    """The parts of a document after cleaning."""
    document, cleaning, facts = cleaned.document, cleaned.cleaning, cleaned.facts
    blocks = BlockParts()
    if document.blocks:
        starts, ends, _ = zip(*document.blocks, strict=True)
        blocks = BlockParts(
            starts, ends, *zip(*cleaning.roles, strict=True), *zip(*cleaned.languages, strict=True)
        )
    about = (facts.title, _date(facts), facts.place, facts.source, facts.author, facts.fields, facts.declared)
    return PageParts(document.text, blocks, [(start, end) for start, end in cleaning.artefacts], about)


def item_parts(cleaned: Cleaned, tags: Sequence[list[TagParts]]) -> list[ItemParts]:
    """The parts of the items of a document; `tags` are those of each."""
    return [
        ItemParts(segment.first, segment.last, facts.title, facts.place, _date(facts), own)
        for segment, facts, own in zip(cleaned.segments, cleaned.items, tags, strict=True)
    ]


def tag_parts(decisions: Sequence[decision.Decision], order: Mapping[str, int]) -> list[TagParts]:
    """The parts of the tags that the decisions on an item make, by the `order` of their concepts."""
    made = [
        (order[concept], probability, _source(implied, by_model, evidence), accepted, evidence)
        for concept, probability, implied, evidence, accepted, by_model in decisions
    ]
    return sorted(made, key=itemgetter(0))


def _date(facts: metadata.Facts) -> DateParts | None:
    found = facts.date
    if found is None:
        return None
    return found.first, found.last, facts.date_text, found.is_ambiguous, found.alternatives


def _source(implied: bool, by_model: bool, evidence: Sequence[EvidenceParts]) -> TagSource:
    if implied:
        return "broader"
    if not by_model:
        return "phrase"
    return "model" if evidence[0][2] == "model" else "both"
