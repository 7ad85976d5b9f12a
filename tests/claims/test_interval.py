import numpy as np
import pandas as pd
import pytest

from flatgia.claims.interval import estimate, of_correlation, tails


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
    assert estimate(column([1, 1, 1], [2, 2, 2])).by_seed == (1, 2)


def test_a_seed_counts_once_however_many_images_it_has():
    assert estimate(column([1] * 9, [3])).mean == pytest.approx(2)


def test_no_draw_of_a_few_lies_outside():
    draws = [-16.4, -12.6, -13.3, -8.3, -5.1]
    found = estimate(column(*([value] * 10 for value in draws)))
    assert found.low <= min(draws) and max(draws) <= found.high
    assert found.low == min(draws)  # without a spread of images there is nothing beyond


def test_the_tails_move_out_as_units_get_few():
    shares = [tails(units)[0] for units in (3, 5, 10, 1000)]
    assert shares == sorted(shares) and shares[-1] == pytest.approx(2.5, abs=0.02) and shares[0] < 0.01


@pytest.mark.parametrize(("seeds", "between", "least"), [(1, 0, 0.88), (3, 4, 0.75), (5, 4, 0.88)])
def test_the_interval_covers_the_truth(seeds, between, least):
    random, hit = np.random.default_rng(0), 0
    for _ in range(100):
        middles = random.normal(0, between, seeds)
        found = estimate(column(*(middle + random.normal(0, 3, 10) for middle in middles)))
        hit += found.low <= 0 <= found.high
    assert hit / 100 >= least


def test_a_single_value_has_no_interval_unless_its_error_is_known():
    assert estimate(column([2])).low is None and not estimate(column([2])).excludes_zero
    exact, rough = estimate(column([2]), 0.0), estimate(column([2]), 3.0)
    assert exact.excludes_zero and (rough.low, rough.high) == (-1, 5) and not rough.excludes_zero
    both = estimate(column([2], [4]), 10.0)  # the error of each seed counts where it is more than their spread
    assert (both.low, both.high) == pytest.approx((3 - 10 / 2**0.5, 3 + 10 / 2**0.5))


def test_a_correlation_stays_within_one():
    found = of_correlation(column([1.0]), 0.5)
    assert found.mean == pytest.approx(1, abs=1e-5) and 0.9 < found.low < found.high <= 1
    assert of_correlation(column([0.6], [-0.2]), 0.7).seeds == 2
