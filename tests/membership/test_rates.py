"""Rates, against thresholds tried one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from flatgia.membership.memorisation import influence, memorisation
from flatgia.membership.rates import Ranked, area, balanced_accuracies, true_at


def drawn(seed, models=4, images=25):
    random = np.random.default_rng(seed)
    members = random.random((models, images)) < 0.5
    members[:, :2] = [True, False]
    return np.round(random.normal(size=members.shape) + members, 1), members  # rounded: ties


@given(st.integers(0, 500))
def test_the_area_is_the_chance_that_a_member_scores_higher(seed):
    scores, members = drawn(seed)
    ranks, n = rankdata(scores), members.sum()
    expected = (ranks[members.ravel()].sum() - n * (n + 1) / 2) / (n * (~members).sum())
    assert area(*Ranked.of(scores, members).curve()) == pytest.approx(expected, abs=1e-12)


@given(st.integers(0, 500), st.sampled_from([0.0, 0.01, 0.1, 0.5, 1.0]))
def test_true_positives_are_those_of_the_best_admitted_threshold(seed, share):
    scores, members = drawn(seed)
    admitted = [
        (scores[members] >= threshold).mean()
        for threshold in [np.inf, *np.unique(scores)]
        if (scores[~members] >= threshold).mean() <= share
    ]
    assert true_at(*Ranked.of(scores, members).curve(), share) == pytest.approx(max(admitted))


@given(st.integers(0, 500))
def test_a_weight_of_two_is_a_model_drawn_twice(seed):
    scores, members = drawn(seed)
    chosen = [0, 2, 2, 3]
    weights = np.bincount(chosen, minlength=4).astype(float)
    found = Ranked.of(scores, members).curve(weights)
    expected = Ranked.of(scores[chosen], members[chosen]).curve()
    assert area(*found) == pytest.approx(area(*expected))
    assert true_at(*found, 0.2) == pytest.approx(true_at(*expected, 0.2))


def test_a_threshold_is_taken_from_the_other_models_alone():
    scores, members = drawn(7)
    groups = np.arange(25) % 2
    found = balanced_accuracies(scores, members, groups)
    for model in range(4):
        others, hits, rejections = np.arange(4) != model, 0, 0
        for group in (0, 1):
            mine = groups == group
            s, m = scores[others][:, mine], members[others][:, mine]
            tries = [np.inf, *np.unique(s)[::-1]]
            best = max(tries, key=lambda t: (s[m] >= t).mean() - (s[~m] >= t).mean())
            said = scores[model, mine] >= best
            hits += (said & members[model, mine]).sum()
            rejections += (~said & ~members[model, mine]).sum()
        assert found[model] == pytest.approx((hits / members[model].sum() + rejections / (~members[model]).sum()) / 2)


def test_memorisation_and_influence_are_differences_of_accuracies():
    random = np.random.default_rng(1)
    members = np.stack([np.arange(6) % 2 == model % 2 for model in range(4)])
    correct, elsewhere = random.random((4, 6)) < 0.5, random.random((4, 3)) < 0.5
    found, influences = memorisation(correct, members), influence(elsewhere, members)
    for image in range(6):
        inside = members[:, image]
        assert found[image] == correct[inside, image].mean() - correct[~inside, image].mean()
        for other in range(3):
            expected = elsewhere[inside, other].mean() - elsewhere[~inside, other].mean()
            assert influences[image, other] == pytest.approx(expected)
