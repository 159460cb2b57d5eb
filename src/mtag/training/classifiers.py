"""Fits the classifiers of passages, sentences and vicinities (a sentence with those beside it).

For each concept, and for being on topic, three logistic regressions (scikit-learn, liblinear) are fitted, on
the documents of all languages together, whose words often begin alike: one on whole documents, and two on
the sentences that prove a label, alone and with their neighbours, against those of documents without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from mtag.arrays import Flags, Floats, Ints
from mtag.linearmodel import View, Weights, first_bigram
from mtag.linearscores import Best, Sums, score
from mtag.training.features import Counts, Prepared, sentence_targets, targets
from mtag.training.vectors import (
    Vectors,
    learn_vocabulary,
    of_documents,
    of_vicinities,
    sentences_of,
)

FOLDS = 5
"""Folds of the cross-validation; in all but one of them there must be enough positives."""

MIN_POSITIVES = 8
"""Documents with a label from which its classifier is fitted; rarer concepts are left to phrases."""

_PASSAGE_C, _SENTENCE_C = 30.0, 10.0
"""Inverse strength of the penalty; chosen by cross-validation on the corpus."""

_TOLERANCE = 1e-2
"""When a fit is near enough: scores differ by hundredths from those of 1e-4, which takes a quarter longer."""

_PORTION = 64
"""Documents that are scored together."""

_NEVER = -20.0
"""Score of a concept that has no classifier."""

_UNITS = 32_767
"""Largest weight of a concept, in the units in which its weights are stored."""


class Fitted(NamedTuple):
    """A classifier, and its coefficients as they are stored (`View`), in units."""

    classifier: LogisticRegression
    coefficients: NDArray[np.int16]
    unit: float


def fit_weights(
    documents: Sequence[Prepared], counts: Counts, concepts: Sequence[str], gate: Flags
) -> Weights:
    """Fit the three classifiers of every concept and of the gate; `counts` are those of all sentences."""
    wanted, known = targets(documents, concepts, gate)
    sentences = counts.rows[sentences_of(documents)]
    whole = of_documents(documents) @ sentences
    vocabulary = learn_vocabulary(documents, counts, whole, wanted, known)
    sentences, whole = sentences[:, vocabulary.columns], whole[:, vocabulary.columns]
    near = of_vicinities(documents) @ sentences
    proves, certain = sentence_targets(documents, concepts, gate)
    idf = vocabulary.idf
    return Weights(
        vocabulary={name: number for number, name in enumerate(vocabulary.names)},
        first_bigram=first_bigram(vocabulary.names),
        idf=idf,
        sentence=_fit(vocabulary.vectors(sentences), idf, proves, certain, _SENTENCE_C),
        vicinity=_fit(vocabulary.vectors(near, sublinear=False), idf, proves, certain, _SENTENCE_C),
        passage=_fit(vocabulary.vectors(whole), idf, wanted, known, _PASSAGE_C),
    )


def score_documents(weights: Weights, documents: Sequence[Prepared], counts: Counts) -> Best:
    """The best scores of documents (one at least), each as one item: a row each."""
    rows = counts.rows[:, [n for n, name in enumerate(counts.names) if name in weights.vocabulary]]
    portions = [documents[first : first + _PORTION] for first in range(0, len(documents), _PORTION)]
    best = [_score(weights, rows[sentences_of(own)], own) for own in portions]
    return Best(*map(np.vstack, zip(*best, strict=True)))


def _score(weights: Weights, rows: csr_matrix, documents: Sequence[Prepared]) -> Best:
    times = rows.data.astype(np.int64)
    features: Ints = rows.indices.astype(np.int64).repeat(times)
    bounds = np.append(0, times.cumsum())[rows.indptr]
    sentences = np.arange(len(bounds) - 1).repeat(np.diff(bounds))
    items = np.cumsum([0, *(len(document.rows) for document in documents)])
    return score(weights, Sums.of(weights, features, bounds), features, sentences, items)[0]


def fit_one(rows: csr_matrix, wanted: Flags, strength: float, idf: Floats) -> Fitted:
    """Fit one classifier, on rows whose columns have these inverse document frequencies."""
    classifier = LogisticRegression(
        C=strength,
        class_weight="balanced",
        solver="liblinear",
        random_state=0,
        max_iter=1000,
        tol=_TOLERANCE,
    )
    classifier.fit(rows, wanted)
    exact = classifier.coef_[0] * idf
    unit = float(np.abs(exact).max()) / _UNITS or 1.0
    stored = np.round(exact / unit).astype(np.int16)
    classifier.coef_ = (stored * unit / idf)[None]
    return Fitted(classifier, stored, unit)


def _fit(vectors: Vectors, idf: Floats, wanted: Flags, known: Flags, strength: float) -> View:
    """Fit the classifiers of one view."""
    count = wanted.shape[1]
    coefficients = np.zeros((vectors.rows.shape[1], count), np.int16)
    scale, bias = np.ones(count), np.full(count, _NEVER)
    short = vectors.usual_length()
    rows = vectors.divided(short)
    for number in range(count):
        sure = np.flatnonzero(known[:, number])
        target = wanted[sure, number]
        if min(target.sum(), (~target).sum()) < MIN_POSITIVES * (FOLDS - 1) // FOLDS:
            continue
        classifier, coefficients[:, number], scale[number] = fit_one(rows[sure], target, strength, idf)
        bias[number] = classifier.intercept_[0]
    return View(coefficients, scale, bias, np.array([short]))
