"""The surrogate against its definition."""

import math

import torch

from flatgia.curvature.surrogate import count_above, floor, log_det


def test_log_det_is_half_the_log_determinant_of_the_damped_square() -> None:
    matrix = torch.randn(9, 9, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    matrix = matrix + matrix.T
    expected = 0.5 * torch.logdet(matrix.T @ matrix + 0.01 * torch.eye(9, dtype=torch.float64))
    values = torch.linalg.eigvalsh(matrix)
    torch.testing.assert_close(log_det(values, torch.ones_like(values), 0.01), expected)


def test_the_floor_is_the_zero_matrix() -> None:
    zeros = torch.zeros(15_826, dtype=torch.float64)
    assert math.isclose(log_det(zeros, torch.ones_like(zeros), 1e-3).item(), floor(15_826, 1e-3))
    assert round(floor(15_826, 1e-3)) == -54_661


def test_count_looks_at_both_ends_and_at_the_weights() -> None:
    values = torch.tensor([-2.0, -0.05, 0.0, 0.11, 3.0])
    weights = torch.tensor([1.0, 10.0, 100.0, 1000.0, 10_000.0])
    assert count_above(values, weights, 0.01).item() == 11_001
