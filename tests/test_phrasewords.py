"""The table of what may follow what: what was added is found, however much there is and however often."""

import numpy as np
import pytest

from mtag.phrasewords import Following


def found(following, pairs):
    which, edges = following.find(*np.array(pairs).T)
    return sorted(zip(which.tolist(), edges.tolist(), strict=True))


@pytest.mark.parametrize("portion", [1, 7, 20_000])
def test_what_was_added_is_found_by_its_key(portion):
    dice = np.random.default_rng(3)
    rows = np.stack((dice.integers(0, 3000, 20_000), dice.integers(0, 9, 20_000), np.arange(20_000)))
    rows = rows[:, : 20_000 if portion > 1 else 300]
    following, expected = Following(), {}
    for begin in range(0, rows.shape[1], portion):
        following.add(*rows[:, begin : begin + portion])
    for origin, number, edge in rows.T.tolist():
        expected.setdefault((origin, number), []).append(edge)
    asked = [*expected, (3001, 1), (0, 9)]
    assert found(following, asked) == [
        (place, edge) for place, key in enumerate(asked) for edge in expected.get(key, ())
    ]


def test_what_is_added_again_is_there_once():
    following = Following()
    for _ in range(3):
        following.add(np.array([5, 5, 6]), np.array([1, 1, 1]), np.array([10, 11, 12]))
    assert found(following, [(5, 1), (6, 1), (6, 2)]) == [(0, 10), (0, 11), (1, 12)]


def test_what_was_there_stays_as_more_is_added():
    following = Following()
    following.add(np.array([5]), np.array([1]), np.array([10]))
    for number in range(2, 6000):
        if number % 500 == 0:
            assert found(following, [(5, 1)]) == [(0, 10)]
        following.add(np.array([number]), np.array([number]), np.array([number]))
    assert found(following, [(5, 1), (77, 77)]) == [(0, 10), (1, 77)]
