"""Rank correlations against SciPy's, partial ones against regression, intervals against what is known."""

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from flatgia.studies.lavp.ranks import Ranks, interval


@pytest.fixture
def three():
    random = np.random.default_rng(0)
    c = random.normal(size=60)
    return {"a": c + random.normal(size=60), "b": c - 0.5 * random.normal(size=60), "c": c.round(1)}


def test_the_first_is_spearmans_with_ties(three):
    found = Ranks(three, "test").spearman("a", "c")[0]
    assert found == pytest.approx(spearmanr(three["a"], three["c"]).statistic)


def test_partial_is_the_correlation_of_what_regression_on_the_given_leaves(three):
    ranks = {name: rankdata(values) for name, values in three.items()}
    rest = {name: ranks[name] - np.polyval(np.polyfit(ranks["c"], ranks[name], 1), ranks["c"]) for name in "ab"}
    found = Ranks(three, "test").partial("a", "b", "c")[0]
    assert found == pytest.approx(np.corrcoef(rest["a"], rest["b"])[0, 1])


def test_the_interval_covers_and_narrows_with_images():
    random = np.random.default_rng(1)

    def width(count):
        x = random.normal(size=count)
        found = interval([Ranks({"x": x, "y": x + random.normal(size=count)}, "test").spearman("x", "y")])
        assert found.low <= found.value <= found.high and found.sign == 1
        return found.high - found.low

    assert width(400) < width(40)


def test_seeds_that_disagree_widen_it(three):
    one = Ranks(three, "test").spearman("a", "c")
    assert interval([one, -one]).sign == 0 and interval([one, one]).sign == 1


def test_a_constant_has_no_correlation():
    ranks = Ranks({"x": np.ones(20), "y": np.arange(20.0)}, "test")
    assert interval([ranks.spearman("x", "y")]) is None
    assert interval([ranks.partial("y", "y", "y")]) is None
