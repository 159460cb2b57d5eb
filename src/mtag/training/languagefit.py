"""Fits the classes of the language model: a multinomial logistic regression by Adam, rounded to seven bits.

Kingma and Ba 2015 for the steps; the largest weights are kept.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag import letters
from mtag.arrays import Floats, Floats32, Ints
from mtag.training.language_corpus import CLASSES, KEY_LANGUAGES, WEIGHTS, Instance, class_of

LOG = logging.getLogger(__name__)

SIZE, EPOCHS, RATE, DECAY, BATCH = 115_000, (5, 5), 0.3, 0.0005, 8192
MIN_COUNT = 4
"""Features seen less often in training are left out from the start."""


def matrix(texts: Sequence[str]) -> Any:
    """Texts as sparse rows of feature counts, divided by the root of their number."""
    from scipy.sparse import csr_matrix

    parts = []
    for first in range(0, len(texts), 4000):
        pieces = [letters.sample(text, 0, len(text)) for text in texts[first : first + 4000]]
        symbols, upper, starts = letters.encode(pieces)
        columns, rows = [], []
        for positions, hashed in letters.features(symbols, upper, starts):
            where = np.arange(len(hashed)) if positions is None else positions
            used = hashed > 0
            columns.append(hashed[used].astype(np.int32))
            rows.append(np.searchsorted(starts, where[used], "right") - 1)
        row = np.concatenate(rows)
        count = np.maximum(np.bincount(row, minlength=len(pieces)), 1)
        values = (1 / np.sqrt(count))[row].astype(np.float32)
        shape = (len(pieces), 1 << letters.BITS)
        parts.append(csr_matrix((values, (row, np.concatenate(columns))), shape=shape))
    from scipy.sparse import vstack

    return vstack(parts, format="csr")


def class_weights(found: Sequence[Instance]) -> Floats:
    """A weight for each instance, so that classes, and languages within them, have their share."""
    sizes: Counter[str] = Counter()
    for instance in found:
        sizes[instance.language] += instance.weight  # type: ignore[assignment]
    parts: dict[str, float] = {}
    for language, size in sizes.items():
        parts[language] = min(size, 6000) ** 0.5 * (1.0 if language in KEY_LANGUAGES else 0.3)
    totals: Counter[str] = Counter()
    for language, part in parts.items():
        totals[class_of(language)] += part  # type: ignore[assignment]
    factor = {
        language: WEIGHTS[class_of(language)] * part / totals[class_of(language)] / sizes[language]
        for language, part in parts.items()
    }
    weights = np.array([factor[instance.language] * instance.weight for instance in found])
    result: Floats = weights * len(found) / weights.sum()
    return result


class Fit(NamedTuple):
    """The regression as it is shipped: `weights` of the table's rows that are kept, -63 to 63."""

    rows: Ints
    weights: NDArray[np.int8]
    scales: Floats32
    bias: Floats32


def _columns(counts: Any, columns: Ints) -> Any:
    """The chosen columns of a sparse matrix, in that order."""
    from scipy.sparse import csr_matrix

    new = np.full(counts.shape[1], -1, np.int32)
    new[columns] = np.arange(len(columns), dtype=np.int32)
    indices = new[counts.indices]
    kept = indices >= 0
    ends = np.concatenate(([0], np.cumsum(kept)))[counts.indptr].astype(np.int32)
    return csr_matrix((counts.data[kept], indices[kept], ends), shape=(counts.shape[0], len(columns)))


def fit(found: Sequence[Instance], size: int, epochs: tuple[int, int]) -> Fit:
    """Fit on all features that are not rare, keep the `size` that weigh most, fit again on those."""
    counts = matrix([instance.text for instance in found])
    labels = np.array([CLASSES.index(class_of(instance.language)) for instance in found])
    shares = class_weights(found).astype(np.float32)
    seen = np.bincount(counts.indices, minlength=counts.shape[1])
    columns = np.argsort(-seen, kind="stable")[
        : int((seen >= MIN_COUNT).sum())
    ]  # frequent first, for the cache
    counts = _columns(counts, columns)
    weights, bias = np.zeros((len(columns), len(CLASSES)), np.float32), np.zeros(len(CLASSES))
    weights, bias = _adam(counts, labels, shares, weights, bias, epochs[0], RATE)
    reach = (weights.max(axis=1) - weights.min(axis=1)) * np.sqrt(seen[columns])
    chosen = np.sort(np.argsort(-reach, kind="stable")[:size])
    weights, bias = _adam(
        _columns(counts, chosen), labels, shares, weights[chosen], bias, epochs[1], RATE / 3
    )
    order = np.argsort(columns[chosen])
    against = (weights[:, :7] - weights[:, 7:]).astype(np.float64)[order]
    scales = np.quantile(np.abs(against), 0.9995, axis=0) / 63
    rounded = np.clip(np.round(against / scales), -63, 63).astype(np.int8)
    return Fit(
        columns[chosen][order], rounded, scales.astype(np.float32), (bias[:7] - bias[7]).astype(np.float32)
    )


def _adam(
    counts: Any,
    labels: Ints,
    shares: Floats32,
    weights: Floats32,
    bias: Floats,
    epochs: int,
    rate: float,
) -> tuple[Floats32, Floats]:
    """Multinomial logistic regression by Adam (Kingma & Ba 2015) with decoupled weight decay.

    Most features are rare: L-BFGS was still 9 points short on single words when this was done.
    """
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    bias_mean, bias_square = np.zeros_like(bias), np.zeros_like(bias)
    batches = -(-counts.shape[0] // BATCH)
    step = 0
    for epoch in range(epochs):
        loss = 0.0
        for first in range(0, counts.shape[0], BATCH):
            batch, answers = counts[first : first + BATCH], labels[first : first + BATCH]
            share = shares[first : first + BATCH]
            scores = batch @ weights + bias
            scores -= scores.max(axis=1, keepdims=True)
            found = np.exp(scores)
            found /= found.sum(axis=1, keepdims=True)
            row = np.arange(len(answers))
            loss -= float((share * np.log(found[row, answers] + 1e-9)).sum())
            found[row, answers] -= 1
            error = (found * (share / share.sum())[:, None]).astype(np.float32)
            gradient, bias_gradient = batch.T @ error, error.sum(axis=0)
            now = rate * (1 - step / (epochs * batches))
            step += 1
            first_order, second_order = 1 - 0.9**step, 1 - 0.999**step
            mean *= 0.9
            mean += 0.1 * gradient
            square *= 0.999
            np.multiply(gradient, gradient, out=gradient)
            square += 0.001 * gradient
            weights *= 1 - now * DECAY
            weights -= (now / first_order) * mean / (np.sqrt(square / second_order) + 1e-7)
            bias_mean = 0.9 * bias_mean + 0.1 * bias_gradient
            bias_square = 0.999 * bias_square + 0.001 * bias_gradient**2
            bias = bias - now * (bias_mean / first_order) / (np.sqrt(bias_square / second_order) + 1e-7)
        LOG.info("epoch %d of %d: loss %.4f", epoch + 1, epochs, loss / float(shares.sum()))
    return weights, bias


def arrays_of(fitted: Fit, stays: Floats) -> dict[str, NDArray[Any]]:
    """The arrays of the model folder; a distance over 255 passes through rows without weight."""
    gaps: list[int] = []
    weights: list[NDArray[np.int8]] = []
    last = 0
    nothing = np.zeros(7, np.int8)
    for row, weight in zip(fitted.rows.tolist(), fitted.weights, strict=True):
        while row - last > 255:
            gaps.append(255)
            weights.append(nothing)
            last += 255
        gaps.append(row - last)
        weights.append(weight)
        last = row
    return {
        "gaps": np.array(gaps, np.uint8),
        "weights": np.array(weights, np.int8),
        "scales": fitted.scales,
        "bias": fitted.bias,
        "stays": stays.astype(np.float32),
    }


# --- context --------------------------------------------------------------------------------------
