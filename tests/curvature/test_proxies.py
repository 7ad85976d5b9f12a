"""Proxies against dense matrices, and where they must stay finite."""

import numpy as np
import pytest

from flatgia.curvature.proxies import LAVP, RISKY, noise_of, proxies, rising, untold
from flatgia.curvature.surviving import directions

NOISE, RATE, STEPS = 0.01, 0.1, 7


@pytest.fixture
def hessian():
    root = np.random.default_rng(0).normal(size=(9, 6))
    return root.T @ root


def of(matrix, entries=6):
    values = np.linalg.eigvalsh(matrix)[::-1]
    return proxies(values, values[0], entries, 2.0, NOISE, RATE, STEPS)


def test_each_is_its_formula_of_the_dense_matrix(hessian):
    found, one = of(hessian), np.eye(6)
    left = np.linalg.matrix_power(one - RATE * hessian, STEPS)
    assert found["trace"] == pytest.approx(np.trace(hessian))
    assert found["log_det"] == pytest.approx(np.linalg.slogdet(hessian)[1])
    assert found["ridge"] == pytest.approx(np.trace(np.linalg.inv(hessian + NOISE * one)))
    assert found["score"] == pytest.approx(np.trace(left @ left.T) / 6)  # E |e_T|^2 / E |e_0|^2
    assert found["i2f"] == pytest.approx(np.sqrt(np.trace(hessian)) / np.linalg.norm(hessian, 2))
    assert list(found) == list(RISKY) and set(LAVP.values()) <= set(RISKY)


def test_what_rounding_leaves_of_a_lost_rank_stays_finite_and_is_counted(hessian):
    hessian[:, 0] = hessian[0] = 0
    values = np.linalg.eigvalsh(hessian)[::-1]
    assert untold(values, values[0]) == 1
    assert all(np.isfinite(value) for value in of(hessian).values())
    assert all(np.isfinite(value) for value in of(0 * hessian).values())


def test_signs_are_such_that_a_larger_hessian_is_at_greater_risk(hessian):
    less, more = rising(of(hessian / 50)), rising(of(hessian / 40))
    assert all(more[name] > less[name] for name in RISKY if name not in ("norm",))


def test_noise_of_a_fixed_size_is_for_the_squared_error_alone():
    norms = np.array([1.0, 3.0])
    assert noise_of("l2", norms) == pytest.approx(2 * (1e-3 * 2) ** 2)
    assert noise_of("cosine", norms) == noise_of("cosine", 10 * norms)


def test_all_directions_survive_no_noise():
    assert directions(np.array([2.0, 1.0]), 8, 0.0) == pytest.approx(8)
    assert directions(np.array([1.0]), 8, 1.0) == pytest.approx(4)  # s = 1 against noise of deviation 1
