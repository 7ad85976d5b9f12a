"""(2) to (5) and the channel against what they stand for."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from flatgia.studies.bounds import formulas

positive = st.floats(1e-3, 1e3)


def test_the_second_is_the_entropy_of_a_gaussian():
    matrix = np.diag([0.5, 2.0, 3.0]) + 0.1
    found = formulas.gaussian(3, np.linalg.slogdet(matrix)[1])
    assert found == pytest.approx(multivariate_normal(cov=matrix).entropy())


def test_the_third_is_the_entropy_of_a_gaussian_whose_covariance_is_the_hessian_by_the_batch():
    matrix = np.diag([0.5, 2.0, 3.0]) + 0.1
    found = formulas.by_hessian(3, np.linalg.slogdet(matrix)[1], 4)
    assert found == pytest.approx(multivariate_normal(cov=matrix / 4).entropy())
    assert formulas.by_hessian(3, -math.inf, 4) == -math.inf


@given(st.lists(positive, min_size=2, max_size=6), positive, positive, st.integers(1, 64))
def test_the_fifth_is_above_the_third_where_its_premises_hold(values, norm, rho, batch):
    """A quadratic loss whose gradient lies along v_max, downhill: F_SAM - F = rho^2/2 lambda_max - rho ||G|| at least."""
    rise = max(0.0, rho**2 / 2 * max(values) - rho * norm)
    third = formulas.by_hessian(len(values), float(np.log(values).sum()), batch)
    fifth = formulas.by_sharpness(len(values), rise, norm, rho, batch)
    assert fifth >= third - 1e-6 * abs(third) - 1e-6


@given(st.lists(positive, min_size=2, max_size=6), st.floats(1e-2, 1e2))
def test_the_third_moves_with_the_unit_of_the_loss_and_the_channel_does_not(values, scale):
    """I(X; G) is that of X and c G; (3) is not: H scales with the loss."""
    size, logs = len(values), np.log(values).sum()
    moved = formulas.by_hessian(size, float(logs + size * np.log(scale)), 1) - formulas.by_hessian(size, float(logs), 1)
    assert moved == pytest.approx(size / 2 * math.log(scale), abs=1e-9)
    one, other = (formulas.channel(c * np.array(values), size, 0.1 * c) for c in (1.0, scale))
    assert one == pytest.approx(other)


def test_the_channel_is_the_difference_of_two_entropies():
    jacobian = np.random.default_rng(0).normal(size=(7, 3))
    noise = 0.3
    whole = multivariate_normal(cov=jacobian @ jacobian.T + noise**2 * np.eye(7)).entropy()
    rest = multivariate_normal(cov=noise**2 * np.eye(7)).entropy()
    values = np.linalg.svd(jacobian, compute_uv=False)
    assert formulas.channel(values, 3, noise) == pytest.approx(whole - rest)
    assert formulas.channel(values, 3, 0.0) == math.inf


def test_random_directions_bound_the_channel_from_above():
    random = np.random.default_rng(1)
    jacobian = random.normal(size=(40, 12)) * np.logspace(0, -3, 12)
    bases = [np.linalg.qr(random.normal(size=(12, 6)))[0] for _ in range(200)]
    part = [formulas.channel(np.linalg.svd(jacobian @ basis, compute_uv=False), 12, 0.03) for basis in bases]
    assert np.mean(part) > formulas.channel(np.linalg.svd(jacobian, compute_uv=False), 12, 0.03)


def test_what_is_vacuous_is_said():
    most = formulas.capacity(3072, 1)
    assert most == pytest.approx(3072 * math.log(256))
    assert formulas.vacuous(-1.0, most) == "negative" and formulas.vacuous(most + 1, most) == "above the data"
    assert formulas.vacuous(0.0, most) == formulas.vacuous(most / 2, most) == ""
