"""The features that classifiers weigh, and texts as rows of their tf-idf values (Salton & Buckley 1988)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, diags

from mtag.arrays import Flags, Floats, Ints
from mtag.linearmodel import first_bigram
from mtag.training.features import Counts, Prepared

MIN_FAMILIES, MIN_BIGRAM_FAMILIES = 3, 5
"""Families of documents that must hold a feature, and a bigram: fewer, and it is a name or a chance."""

MAX_FEATURES, MAX_BIGRAMS = 16_500, 8_400
"""Features of words in all languages together, the commonest; bigrams, those that tell most."""

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
    """The features, bigrams last, with their inverse document frequency, and their columns in `Counts`."""

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
    """The rows of the sentences of documents (one at least), in order."""
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


def learn_vocabulary(
    documents: Sequence[Prepared], counts: Counts, held: csr_matrix, wanted: Flags, known: Flags
) -> Vocabulary:
    """Choose the features to weigh, by the documents they are learned from.

    Args:
        documents: the documents.
        counts: the counts of all sentences.
        held: those of the documents, a row each.
        wanted: what is to be told of each document; of bigrams those are taken that tell most of any of it,
            by the chi-square test (Yang & Pedersen 1997).
        known: where that is learned from.
    """
    held = csr_matrix((np.ones(held.nnz), held.indices, held.indptr), held.shape)
    families, family = np.unique([one.example.family for one in documents], return_inverse=True)
    by_family = csr_matrix((np.ones(len(family)), (family, np.arange(len(family)))))
    frequency = np.asarray(((by_family @ held) > 0).sum(axis=0)).ravel()
    first = first_bigram(counts.names)
    common = (frequency[:first] >= MIN_FAMILIES).nonzero()[0]
    common = common[(-frequency[common]).argsort(kind="stable")][:MAX_FEATURES]
    bigrams = first + (frequency[first:] >= MIN_BIGRAM_FAMILIES).nonzero()[0]
    telling = _chi_square(held[:, bigrams], wanted, known)
    bigrams = bigrams[(-telling).argsort(kind="stable")][:MAX_BIGRAMS]
    columns = np.concatenate((np.sort(common), np.sort(bigrams)))
    idf = [math.log((1 + len(families)) / (1 + many)) + 1 for many in frequency[columns].tolist()]
    return Vocabulary(tuple(counts.names[n] for n in columns.tolist()), np.array(idf), columns)


def _chi_square(held: csr_matrix, wanted: Flags, known: Flags) -> Floats:
    """The statistic of each feature and what it tells most of, with Yates' correction."""
    total = known.sum(axis=0)
    together, often = (held.T @ flags.astype(np.float64) for flags in (wanted & known, known))
    share = (wanted & known).sum(axis=0) / np.maximum(total, 1)
    expected = often * share
    variance = expected * (1 - share) * (1 - often / np.maximum(total, 1))
    excess = np.maximum(np.abs(together - expected) - 0.5, 0.0)
    found = np.divide(excess**2, variance, out=np.zeros_like(variance), where=variance > 1e-9)
    best: Floats = found.max(axis=1, initial=0.0)
    return best
