"""Thresholds of the tagging model, set on documents and composites scored by cross-validation.

The threshold of a concept is where its F1 is best, phrases and model together; concepts of few cases
are drawn to the counts of all concepts (a prior of so many labels). Where phrases prove much of a
document, little is left to add, and what the model adds must be right more often (`WANTED_RICH`). A
concept to which the model adds more errors than it mends is left to phrases.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from mtag.arrays import Ints
from mtag.document import Candidate, ModelScores
from mtag.fusion import ACCEPT, Fusion, fused_odds
from mtag.phraseweights import Worths
from mtag.pipeline.decision import Decider, Decision
from mtag.taxonomy import Taxonomy
from mtag.training.composites import COMPOSITE
from mtag.training.features import Prepared
from mtag.training.phrasescores import PhraseScores, found_in
from mtag.training.ranking import floor_for

LEAST = 0.5
"""No threshold is under this probability: documents of the corpus carry more labels than those of the
world, so that low probabilities promise too much there."""

WANTED_RICH = 0.85
"""Share of right ones among the tags that the model adds where phrases prove many concepts."""

LET_IN = 0.07
"""Share of the documents off topic that the model may let in; it does not depend, as precision does,
on how many of the documents are on topic."""

_LOST = 8.0
"""Documents off topic that one on topic, kept out, weighs up: in the world the model is surer to miss."""

BELIEVED = -99.0
"""Log-odds that no document has."""

_LOST_PROOF = 3.0
"""Wrong proofs that a right one, left for review, weighs up; as above."""

_ENOUGH = 10.0
"""How many more wrong ones there must be, so weighed, for proofs of a facet to be doubted at all."""

PRECISIONS = (0.9, 0.95)
"""Precisions a user can ask for."""

_GRID = tuple(round(LEAST + 0.02 * step, 2) for step in range(17))
_NEVER = 0.97
"""A threshold that few tags reach."""

_PRIOR = 12.0
"""Labels, or cases, that the figures of all concepts count for."""


class Validated(NamedTuple):
    """A document with what phrases and, from weights that have not seen it, the model say of it."""

    document: Prepared
    phrases: PhraseScores
    odds: dict[str, float]
    gate: float


class Case(NamedTuple):
    """A concept that the model may add to a document: its probability, whether that is right."""

    concept: str
    probability: float
    right: bool
    proved: int


def gate_threshold(validated: Sequence[Validated], taxonomy: Taxonomy) -> float:
    """The log-odds from which the model opens a gate that phrases leave shut."""
    off_topic = sorted((one.gate for one in validated if not _on_topic(one, taxonomy)), reverse=True)
    allowed = int(LET_IN * len(off_topic))
    # Just above the first that must stay out; the fourth decimal is the manifest's.
    return round(off_topic[allowed] + 1e-3, 4) if off_topic else 0.0


def lone_threshold(validated: Sequence[Validated], taxonomy: Taxonomy) -> float:
    """The log-odds of the gate under which a lone proof by phrases is not believed.

    It is where most documents off topic are kept out, those on topic that are lost counted `_LOST` times.
    """
    lone = [
        (one.gate, _on_topic(one, taxonomy))
        for one in validated
        if one.phrases.is_open and one.phrases.is_lone
    ]
    bound = _doubt(lone, _LOST)
    return BELIEVED if bound is None else bound


def _doubt(cases: Iterable[tuple[float, bool]], lost: float, least: float = 0.0) -> float | None:
    """The log-odds of the model under which most cases that are wrong lie, those that are right counted so.

    `cases` are log-odds and whether the case is right; `None` where less than `least` is gained.
    """
    bound, best, gain = None, least, 0.0
    for odds, right in sorted(cases):
        gain += -lost if right else 1.0
        if gain > best:
            bound, best = round(odds + 1e-3, 4), gain
    return bound


def learn_doubts(
    validated: Sequence[Validated], rule: Fusion, taxonomy: Taxonomy
) -> tuple[dict[str, float], float]:
    """The log-odds under which what phrases prove of a concept is for review.

    Composites are left out: what phrases find in their parts off topic is wrong by the way they are made.

    Returns:
        Those of some facets, and those of a concept without narrower ones that weak phrases alone prove.
    """
    proofs: dict[str, list[tuple[float, bool]]] = {}
    weak: list[tuple[float, bool]] = []
    for one in validated:
        if one.document.example.genre != COMPOSITE:
            for concept in _proved(one) & rule.thresholds.keys() - one.document.optional:
                case = one.odds[concept], concept in one.document.labels
                proofs.setdefault(taxonomy[concept].facet, []).append(case)
                strong = any(proof.kind == "strong" for proof in one.phrases.proof[concept])
                if not strong and not taxonomy.narrower(concept):
                    weak.append(case)
    bounds = {facet: _doubt(cases, _LOST_PROOF, _ENOUGH) for facet, cases in sorted(proofs.items())}
    of_weak = _doubt(weak, _LOST_PROOF, _ENOUGH)
    return (
        {facet: bound for facet, bound in bounds.items() if bound is not None},
        BELIEVED if of_weak is None else of_weak,
    )


def _proved(one: Validated) -> set[str]:
    """The concepts that phrases prove of a document."""
    if not one.phrases.is_open:
        return set()
    return {concept for concept, score in one.phrases.scores.items() if score >= ACCEPT}


def _on_topic(one: Validated, taxonomy: Taxonomy) -> bool:
    return not taxonomy.gate_concepts.isdisjoint(one.document.labels)


def learn_thresholds(validated: Sequence[Validated], rule: Fusion, taxonomy: Taxonomy) -> Fusion:
    """Set the threshold of each concept, the one of documents rich in phrases, and what is doubted."""
    cases = [case for one in validated for case in _cases(one, rule)]
    rich = [case for case in cases if case.proved >= rule.rich]
    rich_least = next(
        (g for g in _GRID if _share([c for c in rich if c.probability >= g]) >= WANTED_RICH), 0.97
    )
    plain = [case for case in cases if case.proved < rule.rich]
    tallies = {concept: _tally(validated, concept) for concept in rule.thresholds}
    curves = {c: _curve([case for case in plain if case.concept == c], tallies[c]) for c in rule.thresholds}
    overall = [_Counts(*map(sum, zip(*column, strict=True))) for column in zip(*curves.values(), strict=True)]
    thresholds = {}
    for concept, curve in curves.items():
        weight = _PRIOR / max(1, overall[0].labels)
        drawn = [_f1(own, prior, weight) for own, prior in zip(curve, overall, strict=True)]
        best = max(range(len(_GRID)), key=lambda place: (drawn[place], _GRID[place]))
        if _f1(curve[best], overall[best], 0.0) > _f1(tallies[concept], overall[best], 0.0):
            thresholds[concept] = _GRID[best]
    doubts, of_weak = learn_doubts(validated, rule, taxonomy)
    return rule._replace(thresholds=thresholds, rich_threshold=rich_least, doubts=doubts, weak_doubt=of_weak)


class _Counts(NamedTuple):
    """Right tags, all tags, and labels."""

    right: int
    tags: int
    labels: int


def _tally(validated: Sequence[Validated], concept: str) -> _Counts:
    """What phrases alone make of a concept."""
    right = tags = labels = 0
    for one in validated:
        if concept in one.document.optional:
            continue
        wanted = concept in one.document.labels
        found = one.phrases.is_open and one.phrases.scores.get(concept, 0.0) >= ACCEPT
        right, tags, labels = right + (found and wanted), tags + found, labels + wanted
    return _Counts(right, tags, labels)


def _curve(cases: Sequence[Case], phrases: _Counts) -> list[_Counts]:
    """The counts of a concept at each threshold of the grid, phrases and model together."""
    curve = []
    for least in _GRID:
        added = [case.right for case in cases if case.probability >= least]
        curve.append(_Counts(phrases.right + sum(added), phrases.tags + len(added), phrases.labels))
    return curve


def _f1(own: _Counts, prior: _Counts, weight: float) -> float:
    """F1 of the counts, with `weight` times those of the prior added."""
    right, tags, labels = (one + weight * other for one, other in zip(own, prior, strict=True))
    return 2 * right / (tags + labels) if tags + labels else 0.0


def _cases(one: Validated, rule: Fusion) -> list[Case]:
    """What the model could add where the gate is open and phrases do not prove the concept."""
    if not (one.phrases.is_open or one.gate >= rule.gate):
        return []
    proved = _proved(one)
    concepts = [c for c in rule.thresholds if c not in proved and c not in one.document.optional]
    scores = np.array([one.odds[concept] for concept in concepts])
    suggested = np.array([one.phrases.suggested.get(concept, 0.0) for concept in concepts])
    fused = fused_odds(scores, suggested, rule.weak, rule.strong)
    return [
        Case(concept, 1 / (1 + math.exp(-odds)), concept in one.document.labels, len(proved))
        for concept, odds in zip(concepts, fused.tolist(), strict=True)
    ]


def _share(cases: Sequence[Case]) -> float:
    """Share of right cases, drawn to what is wanted."""
    return (sum(case.right for case in cases) + _PRIOR * WANTED_RICH) / (len(cases) + _PRIOR)


def decide_again(
    validated: Sequence[Validated],
    rules: Mapping[str, Fusion],
    taxonomy: Taxonomy,
    worths: Worths | None = None,
) -> list[tuple[Decision, ...]]:
    """The decisions on validated documents, as tagging would make them; the model shows empty spans."""
    concepts = tuple(taxonomy.concepts)

    def words(_: Ints, asked: Ints) -> list[tuple[Candidate, ...]]:
        return [(Candidate(concepts[number], 0, 0, "model", ""),) for number in asked.tolist()]

    scores = ModelScores(
        languages=[one.document.example.language for one in validated],
        items=np.arange(len(validated)),
        odds=np.array([[one.odds[concept] for concept in concepts] for one in validated]),
        gates=np.array([one.gate for one in validated]),
        words=words,
    )
    found = found_in([one.document for one in validated])
    return Decider(taxonomy, rules, worths).decide(*found, scores)


def precision_floors(
    validated: Sequence[Validated],
    rules: Mapping[str, Fusion],
    taxonomy: Taxonomy,
    worths: Worths | None = None,
) -> tuple[dict[str, float], dict[str, float]]:
    """The probability from which accepted tags have each of `PRECISIONS`, and the figures reached.

    The figures are precision and recall of all accepted tags, broader ones included, and recall at
    each floor.
    """
    tags: list[tuple[float, bool]] = []
    total = 0
    for one, decisions in zip(validated, decide_again(validated, rules, taxonomy, worths), strict=True):
        total += len(one.document.labels)
        for made in decisions:
            if made.accepted and made.concept not in one.document.optional:
                tags.append((round(made.probability, 6), made.concept in one.document.labels))
    right = sum(is_right for _, is_right in tags)
    figures = {"precision": right / max(1, len(tags)), "recall": right / max(1, total)}
    floors: dict[str, float] = {}
    for wanted in PRECISIONS:
        if found := floor_for(tags, wanted):
            floors[str(wanted)] = found[0]
            figures[f"recall at {wanted}"] = found[1] / max(1, total)
    return floors, {name: round(value, 4) for name, value in figures.items()}
