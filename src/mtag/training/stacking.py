"""Learns how scores of classifiers and what phrases suggest make log-odds (`mtag.stacking`).

Logistic regressions on scores from cross-validation (stacking, Wolpert 1992; Platt 1999): one over all
concepts, which share their weights but for a constant each, and one for the gate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from mtag.arrays import Flags, Floats, Ints
from mtag.fusion import ACCEPT, REVIEW
from mtag.linearscores import Best
from mtag.stacking import Scores, Stacking, side_by_side
from mtag.training.features import Prepared, targets
from mtag.training.phrasescores import PhraseScores

_STRENGTH = 1.0
"""Inverse strength of the penalty; chosen by cross-validation on the corpus."""

_PRIOR_SCALE = 0.5
"""How freely the fusion may move the constant of one concept: the penalty is that of a weight."""


class Scored(NamedTuple):
    """Documents and composites with scores from weights that have not seen them, a row each."""

    documents: list[Prepared]
    best: Best
    fold: Ints


class Stacked(NamedTuple):
    """What was learned on some documents.

    `weak` and `strong` are the weights of what phrases suggest; `odds` (document by concept) and `gates`
    the log-odds of the model alone, from what was learned on the other folds.
    """

    stacking: Stacking
    weak: float
    strong: float
    odds: Floats
    gates: Floats


def stack(
    scored: Scored, phrases: Sequence[PhraseScores], concepts: Sequence[str], gate: Flags, facets: Ints
) -> Stacked:
    """Learn the fusion of concepts and the gate on scored documents of one language.

    Args:
        scored: the documents.
        phrases: what phrases say of each.
        concepts: those of the taxonomy.
        gate: which of them put a document on topic.
        facets: the number of the facet of each.
    """
    sizes = np.array([len(document.rows) for document in scored.documents])
    scores, fold = Scores.of(scored.best, sizes, facets), scored.fold
    wanted, known = targets(scored.documents, concepts, gate)
    suggested = np.array([[p.suggested.get(c, 0.0) for c in concepts] for p in phrases])
    opened = np.array([[float(p.is_open)] for p in phrases])
    total, size = suggested.shape
    columns = [
        scores.passage,
        scores.sentence,
        scores.vicinity,
        *(np.repeat(column[:, None], size, axis=1) for column in scores.of_gate.T),
        scores.others,
        ((suggested >= REVIEW) & (suggested < ACCEPT)).astype(float),
        (suggested >= ACCEPT).astype(float),
    ]
    shared = np.stack(columns, axis=-1).reshape(total * size, len(columns))
    own = csr_matrix(np.tile(np.eye(size) * _PRIOR_SCALE, (total, 1)))
    rows, target = hstack([csr_matrix(shared), own]).tocsr(), wanted[:, :-1].ravel()
    # What is off topic is the gate's to keep out: of concepts the fusion learns on documents on topic.
    sure = (known[:, :-1] & wanted[:, -1:]).ravel()
    # Whether phrases open the gate is a column only while learning: the model is asked where they do not.
    of_gate = np.hstack((opened, scores.of_gate, scores.of_facets))

    def learn(use: Flags) -> tuple[Stacking, float, float]:
        inside = sure & use.repeat(size)
        joint = LogisticRegression(C=_STRENGTH, max_iter=2000).fit(rows[inside], target[inside])
        *weights, weak, strong = joint.coef_[0, : len(columns)].round(6).tolist()
        constants = joint.intercept_[0] + joint.coef_[0, len(columns) :] * _PRIOR_SCALE
        shut = LogisticRegression(C=_STRENGTH, max_iter=2000).fit(of_gate[use], wanted[use, -1])
        gate_weights = np.concatenate((shut.coef_[0, 1:], shut.intercept_))
        return Stacking(np.array(weights), constants.round(6), gate_weights.round(6)), weak, strong

    odds, gates = np.zeros((total, size)), np.zeros(total)
    for number in sorted(set(fold.tolist())):
        inside = fold == number
        learned, _, _ = learn(~inside)
        odds[inside], gates[inside] = side_by_side([learned]).combine(scores.take(inside))
    return Stacked(*learn(np.ones(total, np.bool_)), odds, gates)
