"""The interpolating linear model: its closed form, and the inequality that the theorem rests on."""

import numpy as np
import pytest
from scipy.optimize import minimize

from flatgia.membership.splits import halves
from flatgia.studies.membership.linear import interpolate, measure, whitened


@pytest.fixture
def problem():
    random = np.random.default_rng(0)
    features = random.normal(size=(24, 16)) * np.linspace(0.2, 2, 16)
    return features, np.sign(random.normal(size=24))


@pytest.mark.parametrize("strength", [0.0, 3.0])
def test_it_is_the_minimiser_among_those_that_interpolate(problem, strength):
    features, labels = problem
    curvature = features.T @ features / len(features)
    rows, targets = features[:8], labels[:8]
    found = interpolate(rows, targets, curvature, strength)
    metric = np.eye(16) + strength * curvature
    other = minimize(
        lambda w: w @ metric @ w, np.zeros(16), jac=lambda w: 2 * metric @ w, method="SLSQP",
        constraints={"type": "eq", "fun": lambda w: rows @ w - targets, "jac": lambda w: rows},
        options={"ftol": 1e-14, "maxiter": 500},
    )  # fmt: skip
    np.testing.assert_allclose(rows @ found, targets, atol=1e-10)
    np.testing.assert_allclose(found, other.x, atol=1e-5)
    if strength == 0:
        np.testing.assert_allclose(found, np.linalg.pinv(rows) @ targets, atol=1e-10)


def test_the_sharper_it_is_punished_the_less_it_varies(problem):
    features, labels = problem
    curvature = features.T @ features / len(features)
    sizes = []
    for strength in (0.0, 0.1, 1.0, 10.0, 1000.0):
        weights = interpolate(features[:8], labels[:8], curvature, strength)
        sizes.append(weights @ curvature @ weights)
    assert (np.diff(sizes) < 0).all()


def test_whitened_features_show_no_effect(problem):
    features, labels = problem
    white = whitened(features)
    np.testing.assert_allclose(white.T @ white / len(white), np.eye(16), atol=1e-10)
    rows = list(measure(features, labels, halves(6, 24, 0), (10.0,), "true"))
    by = {(row.features, row.strength, row.number, row.draw): row.value for row in rows}
    for number in ("variance", "confidence", "lira"):
        for draw in range(6):
            assert by["whitened", 10.0, number, draw] == pytest.approx(by["whitened", 0.0, number, draw], abs=1e-6)
    assert np.mean([by["pixels", 10.0, "variance", d] < by["pixels", 0.0, "variance", d] for d in range(6)]) > 0.5
