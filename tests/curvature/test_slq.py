"""Stochastic Lanczos quadrature against matrices whose spectrum is known."""

import math

import pytest
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.curvature.exact import spectrum_numbers
from flatgia.curvature.lanczos import lanczos
from flatgia.curvature.outliers import outliers
from flatgia.curvature.slq import TOLERANCE, agreement, rademacher, slq_numbers


def matrix_of(size: int, seed: int) -> torch.Tensor:
    """Most eigenvalues near zero and some far out on both sides, as a network's Hessian has them."""
    draw = torch.Generator().manual_seed(seed)
    scale = torch.cat([torch.full((size - size // 4,), 1e-3), torch.ones(size // 4)]).double()
    spectrum = torch.randn(size, generator=draw, dtype=torch.float64) * scale
    basis, _ = torch.linalg.qr(torch.randn(size, size, generator=draw, dtype=torch.float64))
    return basis @ torch.diag(spectrum) @ basis.T


FUNCTIONS = {
    "trace": lambda v: v,
    "log_det": lambda v: 0.5 * ((v * v + 1e-3) / 1e-3).log(),
    "count_above": lambda v: (v.abs() > 1e-3**0.5).double(),
}


def standard_error(matrix: torch.Tensor, name: str, probes: int, steps: int, seed: int) -> float:
    """That of the mean of `probes` sign probes of tr f(A) beside its outliers: 2 (|f|_F^2 - |diag f|^2) of the rest."""
    size = len(matrix)
    run = lanczos(lambda v: matrix @ v, rademacher(size, seed, "outliers"), steps, agreement(size, 1e-3))
    known = outliers(*run).vectors
    values, vectors = torch.linalg.eigh(matrix)
    rest = torch.eye(size, dtype=torch.float64) - known.T @ known
    image = rest @ vectors @ torch.diag(FUNCTIONS[name](values)) @ vectors.T @ rest
    return math.sqrt(2 * (image.square().sum() - image.diagonal().square().sum()) / probes)


@pytest.mark.parametrize("seed", range(4))
def test_the_truth_is_within_the_standard_errors_and_they_are_the_right_ones(seed: int) -> None:
    matrix = matrix_of(300, 8)
    truth = spectrum_numbers(matrix, 1e-3)
    found = slq_numbers(lambda v: matrix @ v, 300, 1e-3, probes=30, steps=60, seed=seed)
    for name in FUNCTIONS:
        expected = standard_error(matrix, name, 30, 60, seed)
        assert abs(found[name] - truth[name]) < 4 * expected, name
        assert 0.5 < found[f"{name}_se"] / expected < 2, name
    assert math.isclose(found["lambda_max"], truth["lambda_max"], rel_tol=1e-9)
    assert math.isclose(found["lambda_min"], truth["lambda_min"], rel_tol=1e-9)


def test_all_steps_on_a_diagonal_matrix_are_exact() -> None:
    # Signs weigh every coordinate of a diagonal matrix alike, so each probe alone gives the trace.
    spectrum = torch.linspace(-1, 3, 25, dtype=torch.float64)
    truth = spectrum_numbers(torch.diag(spectrum), 1e-3)
    found = slq_numbers(lambda v: spectrum * v, 25, 1e-3, probes=2, steps=25, seed=0)
    truth.pop("spectrum")
    for name, value in truth.items():
        assert math.isclose(found[name], value, rel_tol=1e-9, abs_tol=1e-9), name


def test_the_quadrature_error_tells_too_few_steps() -> None:
    matrix = matrix_of(300, 8)
    few, many, most = (slq_numbers(lambda v: matrix @ v, 300, 1e-3, 4, steps, seed=0) for steps in (10, 200, 300))
    assert many["quadrature_error"] <= TOLERANCE * 300
    assert abs(many["log_det"] - most["log_det"]) <= 2 * TOLERANCE * 300
    assert few["quadrature_error"] > 0.3 * abs(few["log_det"] - most["log_det"]) > 0.1


def test_more_probes_shrink_the_error_by_the_root() -> None:
    matrix = matrix_of(200, 9)
    few, many = (slq_numbers(lambda v: matrix @ v, 200, 1e-3, n, 60, seed=1)["trace_se"] for n in (20, 320))
    assert 2.5 < few / many < 6.5


def test_probes_are_signs_that_depend_on_seed_and_number_alone() -> None:
    probe = rademacher(1000, 0, 1)
    assert probe.dtype == torch.float64 and set(probe.tolist()) == {-1.0, 1.0}
    assert abs(probe.mean()) < 0.15
    assert torch.equal(probe, rademacher(1000, 0, 1))
    assert not torch.equal(probe, rademacher(1000, 0, 2))
    assert not torch.equal(probe, rademacher(1000, 1, 1))


def test_one_probe_is_refused() -> None:
    with pytest.raises(FlatgiaError, match="hessian.probes"):
        slq_numbers(lambda v: v, 5, 1e-3, probes=1, steps=3, seed=0)


def test_more_probes_follow_until_the_error_is_small_enough():
    matrix = torch.randn(200, 200, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    matrix = matrix + matrix.T
    few = slq_numbers(lambda v: matrix @ v, 200, 1e-3, 4, 20, seed=1)
    wanted = few["log_det_se"] * 0.7
    more = slq_numbers(lambda v: matrix @ v, 200, 1e-3, 4, 20, seed=1, error=wanted)
    assert more["log_det_se"] <= wanted < few["log_det_se"]
    assert slq_numbers(lambda v: matrix @ v, 200, 1e-3, 4, 20, seed=1, error=few["log_det_se"] * 2) == few
