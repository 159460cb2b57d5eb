"""Blocks decided together: as by plain forward-backward, however long the page and often it changes."""

import numpy as np
import pytest

from mtag.sequence import _FLOOR, smooth


def plain(alone, stays, sizes, trust):
    """The languages of one row of blocks, by products of matrices that are scaled at each step."""
    shares = (alone[:3] * sizes).sum(axis=1) + 1e-9
    shares = 0.9 * shares / shares.sum() + 0.1 / 3
    evidence = ((alone[:3] + alone[3] / 3 + _FLOOR) ** trust).T
    steps = [stay * np.eye(3) + (1 - stay) * shares for stay in stays]
    ahead, behind = [shares], [np.ones(3)]
    for seen, step in zip(evidence, steps, strict=True):
        after = (ahead[-1] * seen) @ step
        ahead.append(after / after.sum())
    for seen, step in zip(evidence[:0:-1], steps[-2::-1], strict=True):
        before = step @ (behind[-1] * seen)
        behind.append(before / before.sum())
    joint = np.array(ahead[:-1]) * evidence * np.array(behind[::-1])
    return (joint / joint.sum(axis=1, keepdims=True)).T


@pytest.mark.parametrize("size", [1, 2, 60, 30_000])
def test_rows_are_decided_as_by_plain_forward_backward(size):
    draws = np.random.default_rng(size)
    counts = np.array([size, 7])
    alone = draws.dirichlet((0.02, 0.02, 0.01, 0.02), size + 7).T
    stays, sizes = draws.uniform(0.2, 1.0, size + 7), draws.integers(1, 500, size + 7)
    found = smooth(alone, stays, sizes, counts, 0.7)
    assert np.allclose(found.sum(axis=0), 1)
    for row in (slice(0, size), slice(size, None)):
        wanted = plain(alone[:, row], stays[row], sizes[row], 0.7)
        assert np.allclose(found[:3, row], wanted * found[:3, row].sum(axis=0))


def test_a_row_does_not_depend_on_the_others():
    draws = np.random.default_rng(1)
    alone = draws.dirichlet((1, 1, 1, 1), 90).T
    stays, sizes = draws.uniform(0.5, 1.0, 90), draws.integers(1, 500, 90)
    together = smooth(alone, stays, sizes, np.array([40, 50]), 0.7)
    first = smooth(alone[:, :40], stays[:40], sizes[:40], np.array([40]), 0.7)
    second = smooth(alone[:, 40:], stays[40:], sizes[40:], np.array([50]), 0.7)
    assert np.hstack([first, second]).tolist() == together.tolist()
