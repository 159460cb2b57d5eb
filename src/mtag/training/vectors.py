"""The features that classifiers weigh, and texts as rows of their tf-idf values (Salton & Buckley 1988)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, diags

from mtag.arrays import Flags, Floats, Ints
from mtag.linearmodel import first_pair
from mtag.training.features import Counts, Prepared

MIN_FAMILIES, MIN_PAIR_FAMILIES = 3, 5
"""Families of documents that must hold a feature, and a pair: fewer, and it is a name or a chance."""

MAX_FEATURES, MAX_PAIRS = 16_500, 8_400
"""Features of words in all languages together, the commonest; pairs of words, those that tell most."""

SHORT = 0.25
"""Share of the documents, and of the sentences, that count as short."""


class Vectors(NamedTuple):
    """Texts as rows of tf-idf values, and their lengths."""

    rows: csr_matrix
    lengths: Floats

    def usual_length(self) -> float:
        """The length under which a text is short: that of the lowest quarter (`SHORT`), at least one."""
        return max(1.0, round(float(np.quantile(self.lengths, SHORT)), 3))

    def divided(self, short: float) -> csr_matrix:
        """The rows divided by their lengths, but not by less than `short`; see `View`."""
        divisors = np.maximum(self.lengths, short).repeat(np.diff(self.rows.indptr))
        return csr_matrix((self.rows.data / divisors, self.rows.indices, self.rows.indptr), self.rows.shape)


class Vocabulary(NamedTuple):
    """The features, pairs last, with their inverse document frequency; `columns` are those of the counts."""

    names: tuple[str, ...]
    idf: Floats
    columns: Ints

    def vectors(self, counts: csr_matrix, sublinear: bool = True) -> Vectors:
        """Texts, of which the features are counted (a column each of the vocabulary), as rows.

        Where counts are `sublinear`, a feature met `t` times weighs `1 + log t`; where not, it weighs `t`,
        and the length is that of so many different ones. See `mtag.linearscores`.
        """
        times, idf = counts.data, self.idf[counts.indices]
        values = (1 + np.log(times) if sublinear else times) * idf
        squares = values**2 if sublinear else times * idf**2
        owner = np.arange(counts.shape[0]).repeat(np.diff(counts.indptr))
        lengths = np.sqrt(np.bincount(owner, squares, counts.shape[0]))
        return Vectors(csr_matrix((values, counts.indices, counts.indptr), counts.shape), lengths)


def sentences_of(documents: Sequence[Prepared]) -> Ints:
    """The rows of the sentences of documents, in order."""
    return np.concatenate([document.rows for document in documents])


def of_documents(documents: Sequence[Prepared]) -> csr_matrix:
    """Adds up the sentences of each document (a row each)."""
    size = np.array([len(document.rows) for document in documents])
    bounds = np.append(0, size.cumsum())
    return csr_matrix((np.ones(bounds[-1]), np.arange(bounds[-1]), bounds), (len(size), int(bounds[-1])))


def of_vicinities(documents: Sequence[Prepared]) -> csr_matrix:
    """Adds up each sentence of documents with those beside it (a row each)."""
    owner = np.arange(len(documents)).repeat([len(document.rows) for document in documents])
    together = (owner[1:] == owner[:-1]).astype(float)
    return diags([together, np.ones(len(owner)), together], [-1, 0, 1], format="csr")


def learn_vocabulary(documents: Sequence[Prepared], counts: Counts, wanted: Flags) -> Vocabulary:
    """Choose the features to weigh, by the documents they are learned from.

    Args:
        documents: the documents.
        counts: the counts of their sentences.
        wanted: what is to be told of each document; of pairs of words those are taken that tell most of any
            of it: by the chi-square test (Yang & Pedersen 1997).
    """
    held = _held(documents, counts)
    names = {one.example.family: 0 for one in documents}
    families = {name: number for number, name in enumerate(names)}
    family = np.array([families[one.example.family] for one in documents])
    by_family = csr_matrix((np.ones(len(family)), (family, np.arange(len(family)))))
    holders = np.asarray(((by_family @ held) > 0).sum(axis=0)).ravel()
    pairs_from = first_pair(counts.names)
    common = (holders[:pairs_from] >= MIN_FAMILIES).nonzero()[0]
    common = common[(-holders[common]).argsort(kind="stable")][:MAX_FEATURES]
    pairs = pairs_from + (holders[pairs_from:] >= MIN_PAIR_FAMILIES).nonzero()[0]
    pairs = pairs[(-_chi_square(held[:, pairs], wanted)).argsort(kind="stable")][:MAX_PAIRS]
    columns = np.concatenate((np.sort(common), np.sort(pairs)))
    idf = np.array([math.log((1 + len(families)) / (1 + many)) + 1 for many in holders[columns].tolist()])
    return Vocabulary(tuple(counts.names[n] for n in columns.tolist()), idf, columns)


def _held(documents: Sequence[Prepared], counts: Counts) -> csr_matrix:
    """Which features each document holds."""
    held = (of_documents(documents) @ counts.rows[sentences_of(documents)]).tocsr()
    held.data[:] = 1.0
    return held


def _chi_square(held: csr_matrix, wanted: Flags) -> Floats:
    """The statistic of each feature and what it tells most of, with Yates' correction."""
    total = len(wanted)
    share, often = wanted.mean(axis=0), np.asarray(held.sum(axis=0)).ravel()
    expected = often[:, None] * share
    spread = expected * (1 - share) * (1 - often[:, None] / total)
    excess = np.maximum(np.abs(held.T @ wanted.astype(float) - expected) - 0.5, 0.0)
    found = np.divide(excess**2, spread, out=np.zeros_like(spread), where=spread > 0)
    best: Floats = found.max(axis=1, initial=0.0)
    return best
