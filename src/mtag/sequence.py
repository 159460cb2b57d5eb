"""A row of blocks decided together: forward-backward over their languages (Rabiner 1989)."""

from __future__ import annotations

import numpy as np

from mtag.arrays import Floats, Ints, float_array

_FLOOR = 1e-15
"""Least evidence of a block: so little that all neighbours together cannot turn a long sure paragraph."""


def smooth(alone: Floats, stays: Floats, sizes: Ints, firsts: Ints, trust: float) -> Floats:
    """Decide rows of blocks by forward-backward, the blocks of each row together.

    Args:
        alone: for each block the probabilities of `en`, `fr`, `other` and `und` by its own letters.
        stays: for each block the probability that the next one shares its language.
        sizes: characters of each block. A change is to the languages of the row, by their share.
        firsts: the numbers of the blocks at which rows begin; no row is empty.
        trust: exponent on a block's own evidence; below 1 where neighbours err alike, as in a list
            of names.

    Returns:
        The same four probabilities for each block, in the light of the others.
    """
    own, blank = alone.T[:3], alone.T[3]  # a row a language, so that NumPy has long rows to walk
    shares = np.add.reduceat(own * sizes, firsts, axis=1) + 1e-9
    shares = 0.9 * shares / (shares[0] + shares[1] + shares[2]) + 0.1 / 3
    emissions = ((own + blank / 3 + _FLOOR) ** trust).tolist()
    steps = stays.tolist()
    ahead: list[float] = []
    behind: list[float] = []
    edges = [*firsts.tolist(), len(blank)]
    for first, last, *target in zip(edges, edges[1:], *shares.tolist(), strict=False):
        row = [one[first:last] for one in emissions]
        ahead += _forward(row, steps[first:last], target)
        behind += _backward(row, steps[first : last - 1], target)
    joint = np.empty((3, len(blank)))
    np.multiply(_columns(ahead), _columns(behind), out=joint)
    joint /= joint[0] + joint[1] + joint[2]
    result = np.empty((4, len(blank)))
    # Where neither the block nor its neighbours tell, the three are alike and `und` is left.
    neutral = np.multiply(blank, np.maximum(0.0, 1.5 * (1 - joint.max(axis=0))), out=result[3])
    neutral[blank == 1.0] = 1.0  # no letters at all
    np.multiply(joint, 1 - neutral, out=result[:3])
    return result.T


def _columns(values: list[float]) -> Floats:
    """Three numbers a block as three rows."""
    return float_array(values).reshape(-1, 3).T


def _forward(emissions: list[list[float]], steps: list[float], target: list[float]) -> list[float]:
    """What each block and those before it say of its language: three numbers a block."""
    p, q, r = target
    a, b, c = p, q, r
    found: list[float] = []
    for x, y, z, stay in zip(*emissions, steps, strict=True):
        a *= x
        b *= y
        c *= z
        found += (a, b, c)
        keep, change = stay / (a + b + c), 1 - stay
        a, b, c = a * keep + change * p, b * keep + change * q, c * keep + change * r
    return found


def _backward(emissions: list[list[float]], steps: list[float], target: list[float]) -> list[float]:
    """What the blocks after each block say of its language: three numbers a block."""
    p, q, r = target
    a = b = c = 1.0
    found: list[float] = [c, b, a]
    for x, y, z, stay in zip(*(one[:0:-1] for one in emissions), steps[::-1], strict=True):
        a *= x
        b *= y
        c *= z
        change = (1 - stay) * (a * p + b * q + c * r)
        a, b, c = a * stay + change, b * stay + change, c * stay + change
        size = a + b + c
        a /= size
        b /= size
        c /= size
        found += (c, b, a)
    found.reverse()
    return found
