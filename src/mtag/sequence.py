"""A row of blocks decided together: forward-backward over their languages (Rabiner 1989)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Three = tuple[float, float, float]


def smooth(
    alone: NDArray[np.float64], stays: NDArray[np.float64], sizes: NDArray[np.int64], trust: float
) -> NDArray[np.float64]:
    """Decide a row of blocks together by forward-backward.

    Args:
        alone: for each block the probabilities of `en`, `fr`, `other` and `und` by its own letters.
        stays: for each pair of neighbours the probability that they share a language.
        sizes: characters of each block. A change is to the languages of the page, by their share.
        trust: exponent on a block's own evidence; below 1 where neighbours err alike, as in a list
            of names.

    Returns:
        The same four probabilities for each block, in the light of the others.
    """
    shares = (alone[:, :3] * sizes[:, None]).sum(axis=0) + 1e-9
    shares = 0.9 * shares / shares.sum() + 0.1 / 3
    emissions = ((alone[:, :3] + alone[:, 3:] / 3 + 1e-6) ** trust).tolist()
    steps, target = stays.tolist(), tuple(shares.tolist())
    joint = np.array(_forward(emissions, steps, target)) * np.array(_backward(emissions, steps, target))
    joint /= joint.sum(axis=1, keepdims=True)
    result = np.empty_like(alone)
    # Where neither the block nor its neighbours tell, the three are alike and `und` is left.
    neutral = alone[:, 3] * np.maximum(0.0, 1.5 * (1 - joint.max(axis=1)))
    neutral[alone[:, 3] == 1.0] = 1.0  # no letters at all
    result[:, :3] = joint * (1 - neutral)[:, None]
    result[:, 3] = neutral
    return result


def _forward(emissions: list[list[float]], steps: list[float], target: Three) -> list[Three]:
    """What each block and those before it say of its language."""
    p, q, r = target
    a, b, c = p, q, r
    found = []
    for (x, y, z), stay in zip(emissions, [*steps, 1.0], strict=True):
        a, b, c = a * x, b * y, c * z
        found.append((a, b, c))
        keep, change = stay / (a + b + c), 1 - stay
        a, b, c = a * keep + change * p, b * keep + change * q, c * keep + change * r
    return found


def _backward(emissions: list[list[float]], steps: list[float], target: Three) -> list[Three]:
    """What the blocks after each block say of its language."""
    p, q, r = target
    a = b = c = 1.0
    found = [(a, b, c)]
    for (x, y, z), stay in zip(emissions[:0:-1], steps[::-1], strict=True):
        a, b, c = a * x, b * y, c * z
        change = (1 - stay) * (a * p + b * q + c * r)
        a, b, c = a * stay + change, b * stay + change, c * stay + change
        size = a + b + c
        a, b, c = a / size, b / size, c / size
        found.append((a, b, c))
    return found[::-1]
