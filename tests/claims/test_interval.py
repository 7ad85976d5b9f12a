import numpy as np
import pandas as pd
import pytest

from flatgia.claims.interval import estimate


def column(*groups):
    """Values by seed: one list per seed."""
    index = [(seed, image) for seed, group in enumerate(groups) for image in range(len(group))]
    index = pd.MultiIndex.from_tuples(index, names=["seed", "image"])
    return pd.Series([value for group in groups for value in group], index=index, dtype=float)


def test_many_images_give_the_normal_interval():
    values = np.random.default_rng(0).normal(3, 2, 400)
    found = estimate(column(values))
    half = 1.96 * values.std() / 20
    assert found.mean == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx((found.mean - half, found.mean + half), abs=0.1 * half)
    assert found == estimate(column(values)) and (found.count, found.seeds) == (400, 1)


def test_what_all_images_share_cancels_in_a_paired_difference():
    shared = np.array([0, 10, 20, 30, 40.0])
    apart = estimate(column(shared - 1) - column(shared))
    assert (apart.mean, apart.low, apart.high) == (-1, -1, -1) and apart.excludes_zero


def test_seeds_that_differ_widen_the_interval():
    same, other = np.linspace(-1, 1, 50), np.linspace(3, 5, 50)
    one, two = estimate(column(same)), estimate(column(same, other))
    assert two.mean == pytest.approx(2) and two.high - two.low > 5 * (one.high - one.low)
    assert not estimate(column([1, 1, 1], [-2, -2, -2])).excludes_zero


def test_a_single_value_has_no_interval_unless_its_error_is_known():
    assert estimate(column([2])).low is None and not estimate(column([2])).excludes_zero
    exact, rough = estimate(column([2]), 0.0), estimate(column([2]), 3.0)
    assert exact.excludes_zero and (rough.low, rough.high) == (-1, 5) and not rough.excludes_zero
    assert estimate(column([2], [4]), 100.0).high <= 4  # several seeds: their spread
