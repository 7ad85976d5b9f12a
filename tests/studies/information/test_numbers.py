"""The numbers of a spectrum, against the matrices they stand for."""

import numpy as np
import pytest

from flatgia.curvature.surviving import directions
from flatgia.studies.information.numbers import log_det, numbers, rank


def spectrum(matrix):
    return np.linalg.svd(matrix, compute_uv=False)


@pytest.fixture
def jacobian():
    return np.random.default_rng(0).normal(size=(40, 12)) * np.logspace(0, -3, 12)


def test_they_are_those_of_the_matrix(jacobian):
    values, gram = spectrum(jacobian), jacobian.T @ jacobian
    found = numbers(values, 3.0, 12, 2.0)
    assert found["log_det"] == pytest.approx(np.linalg.slogdet(gram)[1])
    assert found["log_det_relative"] == pytest.approx(np.linalg.slogdet(gram / 9)[1])
    for name, deviation in (("directions_0.01", 0.03), ("directions_fixed_0.01", 0.02)):
        kept = gram @ np.linalg.inv(gram + deviation**2 * np.eye(12))
        assert found[name] == pytest.approx(np.trace(kept))
    assert found["lambda_max"] == pytest.approx(np.linalg.eigvalsh(gram)[-1]) and found["rank"] == 12


def test_a_gradient_twice_as_long_holds_as_much_beside_its_own_noise_and_more_beside_a_fixed_one(jacobian):
    one, two = (numbers(k * spectrum(jacobian), k * 3.0, 12, 3.0) for k in (1.0, 2.0))
    assert two["directions_0.01"] == pytest.approx(one["directions_0.01"])
    assert two["log_det_relative"] == pytest.approx(one["log_det_relative"])
    assert two["directions_fixed_0.01"] > one["directions_fixed_0.01"] and two["log_det"] > one["log_det"]


def test_dead_units_leave_all_finite(jacobian):
    jacobian[:, 5:] = 0
    for values in (spectrum(jacobian), np.zeros(12)):
        found = numbers(values, float(values.sum()), 12, 1.0)
        assert all(np.isfinite(value) for value in found.values())
    assert rank(spectrum(jacobian)) == 5
    assert directions(np.zeros(12), 12, 0.0) == 0


def test_random_directions_give_upper_bounds(jacobian):
    random, whole = np.random.default_rng(1), spectrum(jacobian)
    bases = [np.linalg.qr(random.normal(size=(12, 6)))[0] for _ in range(200)]
    part = [spectrum(jacobian @ basis) for basis in bases]
    assert np.mean([log_det(values, 12) for values in part]) > log_det(whole, 12)
    assert np.mean([directions(values**2, 12, 0.03) for values in part]) > directions(whole**2, 12, 0.03)
    assert max(values[0] for values in part) <= whole[0] and min(values[-1] for values in part) >= whole[-1]
