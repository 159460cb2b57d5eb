"""A row of blocks decided together: forward-backward over their languages (Rabiner 1989)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from mtag.arrays import Floats, Ints, float_array

_FLOOR = 1e-15
"""Least evidence of a block: so little that all neighbours together cannot turn a long sure paragraph."""

_TINY = 1e-100
"""Numbers whose sum is less are made larger, before they vanish."""


def smooth(alone: Floats, stays: Floats, sizes: Ints, counts: Ints, trust: float) -> Floats:
    """Decide rows of blocks by forward-backward, the blocks of each row together.

    Args:
        alone: a line each for `en`, `fr`, `other` and `und`, their probabilities for each block by its own
            letters.
        stays: for each block the probability that the next one shares its language.
        sizes: characters of each block. A change is to the languages of the row, by their share.
        counts: how many blocks each row has; no row is empty.
        trust: exponent on a block's own evidence; below 1 where neighbours err alike, as in a list
            of names.

    Returns:
        The same four probabilities for each block, in the light of the others.
    """
    own, blank = alone[:3], alone[3]
    shares = np.add.reduceat(own * sizes, counts.cumsum() - counts, axis=1) + 1e-9
    shares *= 0.9 / (shares[0] + shares[1] + shares[2])
    shares += 0.1 / 3
    evidence = (own + (blank / 3 + _FLOOR)) ** trust
    evidence *= stays  # so that what is passed on does not grow
    changes = ((1 - stays) / stays).tolist()
    rows = [*zip(counts.tolist(), *shares.tolist(), strict=True)]
    lines = evidence.tolist()
    ahead = _pass_on(zip(*lines, changes, strict=True), rows)
    before = [0.0, *changes[:-1]]
    behind = _pass_on(zip(*(one[::-1] for one in (*lines, before)), strict=True), rows[::-1])
    joint = evidence * _columns(ahead) * _columns(behind)[:, ::-1] / shares.repeat(counts, axis=1)
    joint /= joint[0] + joint[1] + joint[2]
    result = np.empty_like(alone)
    # Where neither the block nor its neighbours tell, the three are alike and `und` is left.
    neutral = np.multiply(blank, np.maximum(0.0, 1.5 * (1 - np.maximum.reduce(joint))), out=result[3])
    neutral[blank == 1.0] = 1.0  # no letters at all
    np.multiply(joint, 1 - neutral, out=result[:3])
    return result


def _columns(values: list[float]) -> Floats:
    """Three numbers a block as three lines."""
    return float_array(values).reshape(-1, 3).T


def _pass_on(blocks: Iterator[tuple[float, ...]], rows: Sequence[tuple[Any, ...]]) -> list[float]:
    """What the blocks before each block of a row say of its language: three numbers a block, of any size.

    A change is to a language by its share, from whichever it is. So the same steps from the other end give
    what the blocks behind say, times that share.
    """
    found: list[float] = []
    for count, p, q, r in rows:
        a, b, c = p, q, r
        for x, y, z, change in islice(blocks, count):
            found += (a, b, c)
            a *= x
            b *= y
            c *= z
            size = a + b + c
            if size < _TINY:
                a, b, c, size = a / size, b / size, c / size, 1.0
            change *= size
            a += change * p
            b += change * q
            c += change * r
    return found
