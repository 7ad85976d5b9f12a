"""Quadratures: moments that they must integrate exactly, and the node at 0."""

import torch

from flatgia.curvature.lanczos import lanczos
from flatgia.curvature.quadrature import gauss, with_node_at_zero

SPECTRUM = torch.randn(60, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
START = torch.ones(60, dtype=torch.float64)


def moments(values: torch.Tensor, weights: torch.Tensor, highest: int) -> torch.Tensor:
    return torch.stack([(weights * values**power).sum() for power in range(highest + 1)])


def test_both_integrate_polynomials_exactly() -> None:
    diagonal, off, _ = lanczos(lambda v: SPECTRUM * v, START, 6)
    truth = moments(SPECTRUM, START / 60, 12)
    torch.testing.assert_close(moments(*gauss(diagonal, off[:-1]), 11), truth[:12])
    torch.testing.assert_close(moments(*with_node_at_zero(diagonal, off), 12), truth)
    assert abs(moments(*gauss(diagonal, off[:-1]), 12)[12] / truth[12] - 1) > 1e-6


def test_one_node_is_zero() -> None:
    for steps in (5, 6, 7):
        diagonal, off, _ = lanczos(lambda v: SPECTRUM * v, START, steps)
        nodes, weights = with_node_at_zero(diagonal, off)
        assert len(nodes) == steps + 1
        assert nodes.abs().min() < 1e-12
        assert weights.min() >= 0
        assert gauss(diagonal, off[:-1])[0].abs().min() > 1e-4


def test_a_node_at_zero_already_is_no_harm() -> None:
    symmetric = torch.tensor([-2.0, -1, 0, 1, 2], dtype=torch.float64)
    for steps in (1, 3, 5):
        diagonal, off, _ = lanczos(lambda v: symmetric * v, torch.ones(5, dtype=torch.float64), steps)
        nodes, weights = with_node_at_zero(diagonal, off)
        assert nodes.isfinite().all()
        assert abs(weights.sum() - 1) < 1e-12


def test_the_zero_matrix() -> None:
    zero = torch.zeros(1, dtype=torch.float64)
    nodes, weights = with_node_at_zero(zero, zero)
    assert nodes.abs().max() == 0 and weights.sum() == 1
