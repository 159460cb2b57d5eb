"""What arrays are made of and cut by: the same as in plain Python."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mtag.arrays import begins, float_array, int_array, spread

NUMBERS = st.integers(-(2**62), 2**62)


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 5)), max_size=20))
def test_runs_are_spread_end_to_end(runs):
    first, size = np.array(runs, np.int64).reshape(-1, 2).T
    owner, numbers = spread(first, size)
    wanted = [(run, begin + place) for run, (begin, long) in enumerate(runs) for place in range(long)]
    assert list(zip(owner.tolist(), numbers.tolist(), strict=True)) == wanted
    assert (spread(0, size)[1] == numbers - first.take(owner)).all()


@given(st.lists(st.integers(0, 3), max_size=20))
def test_a_value_begins_where_it_is_another_one(values):
    wanted = [number == 0 or values[number - 1] != value for number, value in enumerate(values)]
    assert begins(np.array(values, np.int64)).tolist() == wanted


@given(st.lists(NUMBERS, max_size=300))
def test_numbers_are_an_array(values):
    assert int_array(values).tolist() == values
    assert float_array(values).tolist() == [*map(float, values)]
