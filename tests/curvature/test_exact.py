"""The exact numbers against those of a known spectrum."""

import math

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from flatgia.curvature.exact import spectrum_numbers


def symmetric(spectrum: torch.Tensor, seed: int) -> torch.Tensor:
    """A matrix with this spectrum and random eigenvectors."""
    size = len(spectrum)
    draw = torch.randn(size, size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    basis, _ = torch.linalg.qr(draw)
    matrix = basis @ torch.diag(spectrum) @ basis.T
    return (matrix + matrix.T) / 2


def test_numbers_of_a_known_spectrum() -> None:
    spectrum = torch.tensor([-3.0, -0.02, 0.0, 0.01, 0.5, 7.0], dtype=torch.float64)
    found = spectrum_numbers(symmetric(spectrum, 0), 1e-3)
    assert math.isclose(found["log_det"], 0.5 * sum(math.log(v * v + 1e-3) for v in spectrum.tolist()), rel_tol=1e-10)
    assert math.isclose(found["lambda_max"], 7)
    assert math.isclose(found["lambda_min"], -3)
    assert math.isclose(found["trace"], 4.49)
    assert found["count_above"] == 3
    assert found["log_det_se"] == found["trace_se"] == found["count_above_se"] == 0


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 12), st.integers(0, 1000), st.floats(1e-4, 1.0))
def test_the_order_of_the_parameters_does_not_matter(size: int, seed: int, damping: float) -> None:
    draw = torch.Generator().manual_seed(seed)
    matrix = symmetric(torch.randn(size, generator=draw, dtype=torch.float64), seed)
    order = torch.randperm(size, generator=draw)
    one, other = spectrum_numbers(matrix, damping), spectrum_numbers(matrix[order][:, order], damping)
    assert math.isclose(one["log_det"], other["log_det"], rel_tol=1e-9, abs_tol=1e-9)
    assert math.isclose(one["lambda_max"], other["lambda_max"], rel_tol=1e-9, abs_tol=1e-9)
