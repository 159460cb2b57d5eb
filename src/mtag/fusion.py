"""The rules by which phrases and the model are put together, learned when the model is trained."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from mtag.arrays import Flags, Floats, Ints
from mtag.concepts import Concept
from mtag.document import ModelScores
from mtag.taxonomy import Taxonomy

ACCEPT = 0.5
"""Probability from which a tag is accepted."""

REVIEW = 0.35
"""Probability from which a tag is shown for review."""

_REVIEW_ODDS = math.log(REVIEW / (1 - REVIEW))


class Fusion(NamedTuple):
    """How phrases and the model of one language are put together; learned when the model is trained.

    `weak` and `strong` are added to the log-odds of a concept that phrases suggest or prove;
    `thresholds` are the probabilities from which a concept without proof by phrases is accepted (a
    concept that is not there is left to phrases); `gate` the log-odds that open the gate, and `lone`
    those under which a lone proof by phrases does not; in an item where phrases prove `rich` concepts or
    more, the threshold is at least `rich_threshold`; `doubts` are, for some facets, the log-odds of a
    concept under which what phrases prove of it is for review, and `weak_doubt` those of a concept without
    narrower ones that weak phrases alone prove.
    """

    weak: float
    strong: float
    thresholds: Mapping[str, float]
    gate: float
    lone: float
    rich: int
    rich_threshold: float
    doubts: Mapping[str, float]
    weak_doubt: float


class Rules(NamedTuple):
    """The rules of languages, or those of the language of each row: a row each.

    `least` are the log-odds from which the model speaks for a concept, `thresholds`, `doubts` and
    `weak_doubts` those of `Fusion`, a column for each concept.
    """

    weak: Floats
    strong: Floats
    gate: Floats
    lone: Floats
    rich: Floats
    rich_threshold: Floats
    least: Floats
    thresholds: Floats
    doubts: Floats
    weak_doubts: Floats

    @classmethod
    def of(cls, fusions: Iterable[Fusion], taxonomy: Taxonomy) -> Rules:
        """Lay out rules."""
        fusions = list(fusions)

        def table(bound: Callable[[Fusion, Concept], float]) -> Floats:
            values = [bound(fusion, concept) for fusion in fusions for concept in taxonomy]
            return np.array(values, np.float64).reshape(len(fusions), len(taxonomy))

        def column(bound: Callable[[Fusion], float]) -> Floats:
            return np.array([bound(fusion) for fusion in fusions], np.float64)

        return cls(
            weak=column(lambda fusion: fusion.weak),
            strong=column(lambda fusion: fusion.strong),
            gate=column(lambda fusion: fusion.gate),
            lone=column(lambda fusion: fusion.lone),
            rich=column(lambda fusion: fusion.rich),
            rich_threshold=column(lambda fusion: fusion.rich_threshold),
            least=table(lambda fusion, one: _REVIEW_ODDS if one.id in fusion.thresholds else math.inf),
            thresholds=table(lambda fusion, one: fusion.thresholds.get(one.id, 1.0)),
            doubts=table(lambda fusion, one: fusion.doubts.get(one.facet, -math.inf)),
            weak_doubts=table(
                lambda fusion, one: -math.inf if taxonomy.narrower(one.id) else fusion.weak_doubt
            ),
        )

    def take(self, numbers: Ints) -> Rules:
        """The rules of some languages, by number."""
        return Rules._make([column.take(numbers, axis=0) for column in self])


def unlikely(scores: ModelScores, rules: Rules, rows: Ints, weak: Flags) -> Flags:
    """What the model is so sure is not there, in all `rows` of an item, that a proof is seldom right.

    `weak` tells which concepts no strong phrase of an item proves.
    """
    shape = len(rows), scores.odds.shape[1]
    weak_doubts = np.where(weak.take(scores.items, axis=0), rules.weak_doubts, -math.inf)
    row, concept = (scores.odds < np.maximum(rules.doubts, weak_doubts)).nonzero()
    count = np.bincount(scores.items.take(row) * shape[1] + concept, minlength=shape[0] * shape[1])
    found: Flags = count.reshape(shape) == np.maximum(rows, 1)[:, None]
    return found


def fused_odds(scores: Floats, suggested: Floats, weak: Floats | float, strong: Floats | float) -> Floats:
    """The log-odds of concepts, from those of the model and what phrases suggest; see `Fusion`."""
    added = np.where(suggested >= ACCEPT, strong, np.where(suggested >= REVIEW, weak, 0.0))
    total: Floats = scores + added
    return total
