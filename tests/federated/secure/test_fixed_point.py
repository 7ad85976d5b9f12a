"""Fixed point: round trips, sums, and a range that is never left without a word."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatgia.core.errors import FlatgiaError
from flatgia.federated.secure.fixed_point import FixedPoint


@given(st.lists(st.floats(-500, 500), min_size=1), st.sampled_from([32, 64]))
def test_a_round_trip_is_off_by_half_a_step_at_most(values, bits):
    numbers, given = FixedPoint(bits, 20), np.array(values)
    assert np.abs(numbers.decode(numbers.encode(given, 2)) - given).max() <= 2.0**-21


def test_negative_sums_come_back():
    numbers = FixedPoint(32, 8)
    words = numbers.encode(np.array([-3.5]), 2) + numbers.encode(np.array([1.25]), 2)
    assert numbers.decode(words) == [-2.25]


def test_the_bits_that_it_names_would_do_and_one_less_would_not():
    with pytest.raises(FlatgiaError, match="10 values as large as 1e\\+03 overflow 32 bits .* take 35 bits or more"):
        FixedPoint(32, 20).encode(np.array([1000.0]), 10)
    assert 2.0**33 < 10 * 1000 * 2.0**20 < 2.0**34  # and a sign
    assert FixedPoint(32, 17).decode(FixedPoint(32, 17).encode(np.array([1000.0]), 10)) == [1000]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_refused(value):
    with pytest.raises(FlatgiaError, match="not finite"):
        FixedPoint(32, 20).encode(np.array([value]), 2)


def test_other_words_are_refused():
    with pytest.raises(FlatgiaError, match="take 32 or 64 bits"):
        FixedPoint(16, 8)
