"""Thresholds of the tagging model, set on documents scored by cross-validation.

A threshold is the lowest probability at which what the model adds to the phrases is right often
enough (`WANTED`); shares of few cases are drawn to the share of all concepts (a Beta prior). A
concept that reaches it nowhere is left to phrases.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mtag.document import Candidate, ModelScores
from mtag.pipeline import decision
from mtag.pipeline.decision import Decision, Fusion, PhraseScores
from mtag.taxonomy import Taxonomy
from mtag.training.features import Prepared

WANTED = 0.85
"""Share of right ones among the tags that the model adds."""

WANTED_RICH = 0.9
"""The same in documents where phrases prove many concepts, so that little is left to add."""

LET_IN = 0.01
"""Share of the documents off topic that the model may let in; it does not depend, as precision does,
on how many of the documents are on topic."""

PRECISIONS = (0.9, 0.95)
"""Precisions a user can ask for."""

_GRID = tuple(round(0.4 + 0.02 * step, 2) for step in range(29))
_PRIOR = 12.0
"""Cases that the share of all concepts counts for."""


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


def _on_topic(one: Validated, taxonomy: Taxonomy) -> bool:
    return any(taxonomy[label].facet == taxonomy.scheme.gate for label in one.document.labels)


def learn_thresholds(validated: Sequence[Validated], rule: Fusion, taxonomy: Taxonomy) -> Fusion:
    """Set the threshold of each concept, and the one of documents rich in phrases."""
    cases = [case for one in validated for case in _cases(one, rule)]
    overall = {least: _share([c for c in cases if c.probability >= least], WANTED) for least in _GRID}
    general = next((least for least in _GRID if overall[least] >= WANTED), _GRID[-1])
    thresholds = {}
    for concept in rule.thresholds:
        own = [case for case in cases if case.concept == concept]
        reached = [
            least
            for least in _GRID
            if _share([c for c in own if c.probability >= least], overall[least]) >= WANTED
        ]
        gained = [case for case in own if case.probability >= (reached[0] if reached else 2.0)]
        if reached and 2 * sum(case.right for case in gained) >= len(gained):
            thresholds[concept] = max(reached[0], decision.ACCEPT)
    rich = [case for case in cases if case.proved >= rule.rich]
    rich_least = next(
        (g for g in _GRID if _share([c for c in rich if c.probability >= g], WANTED) >= WANTED_RICH), 0.97
    )
    return rule._replace(thresholds=thresholds, rich_threshold=max(rich_least, general))


def _cases(one: Validated, rule: Fusion) -> list[Case]:
    """What the model could add where the gate is open and phrases do not prove the concept."""
    if not (one.phrases.is_open or one.gate >= rule.gate):
        return []
    proved = {c for c, score in one.phrases.scores.items() if score >= decision.ACCEPT}
    proved = proved if one.phrases.is_open else set()
    cases = []
    for concept in rule.thresholds:
        if concept in proved or concept in one.document.optional:
            continue
        odds = decision.fused_odds(one.odds[concept], one.phrases.suggested.get(concept, 0.0), rule)
        right = concept in one.document.labels
        cases.append(Case(concept, 1 / (1 + math.exp(-odds)), right, len(proved)))
    return cases


def _share(cases: Sequence[Case], prior: float) -> float:
    """Share of right cases, drawn to `prior`."""
    return (sum(case.right for case in cases) + _PRIOR * prior) / (len(cases) + _PRIOR)


def decide_again(one: Validated, rule: Fusion, taxonomy: Taxonomy) -> tuple[Decision, ...]:
    """The decisions on a validated document, as tagging would make them; the evidence is empty spans."""
    words = {concept: (Candidate(concept, 0, 0, 0, "model", "", "model"),) for concept in one.odds}
    scores = ModelScores(one.document.example.language, one.odds, one.gate, words)
    return decision.decide(
        one.document.segment,
        one.document.evidence,
        {concept.id: concept.facet for concept in taxonomy},
        taxonomy.ancestors,
        taxonomy.scheme.gate,
        (scores,),
        {scores.language: rule},
    )


def precision_floors(
    validated: Sequence[Validated], rules: Mapping[str, Fusion], taxonomy: Taxonomy
) -> tuple[dict[str, float], dict[str, float]]:
    """The probability from which accepted tags have each of `PRECISIONS`, and the figures reached.

    The figures are precision and recall of all accepted tags, broader ones included, and recall at
    each floor.
    """
    tags: list[tuple[float, bool]] = []
    total = 0
    for one in validated:
        total += len(one.document.labels)
        for made in decide_again(one, rules[one.document.example.language], taxonomy):
            if made.accepted and made.concept not in one.document.optional:
                tags.append((round(made.probability, 6), made.concept in one.document.labels))
    tags.sort(reverse=True)
    right = sum(is_right for _, is_right in tags)
    figures = {"precision": right / max(1, len(tags)), "recall": right / max(1, total)}
    floors: dict[str, float] = {}
    for wanted in PRECISIONS:
        found = 0
        for count, (probability, is_right) in enumerate(tags, start=1):
            found += is_right
            last = count == len(tags) or tags[count][0] < probability
            if last and found >= wanted * count:
                floors[str(wanted)] = probability
                figures[f"recall at {wanted}"] = found / max(1, total)
    return floors, {name: round(value, 4) for name, value in figures.items()}
