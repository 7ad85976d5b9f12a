"""How far gradients are apart, and the priors."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from flatgia.gradients.objectives import (
    cosine_distance,
    image_norm,
    relative_squared_error,
    smooth_variation,
    squared_error,
    total_variation,
    unit_distance,
)

A = [torch.tensor([3.0, 0.0], dtype=torch.float64), torch.tensor([[4.0]], dtype=torch.float64)]
B = [torch.tensor([3.0, 4.0], dtype=torch.float64), torch.tensor([[0.0]], dtype=torch.float64)]


def test_by_hand():
    assert squared_error(A, B).item() == 32  # not a mean, not weighted
    assert cosine_distance(A, B).item() == pytest.approx(1 - 9 / 25, abs=1e-10)
    assert cosine_distance(A, [-a for a in A]).item() == pytest.approx(2, abs=1e-10)
    image = torch.tensor([[0.0, 1.0, 3.0], [2.0, 2.0, 2.0]]).view(1, 1, 2, 3)
    assert total_variation(image).item() == pytest.approx((1 + 2 + 0 + 0) / 4 + (2 + 1 + 1) / 3)
    assert image_norm(torch.tensor([[3.0, 4.0], [6.0, 8.0]]).view(2, 1, 1, 2)).item() == pytest.approx(7.5)


@given(st.integers(0, 99), st.floats(1e-3, 1e3))
def test_the_cosine_distance_is_one_minus_the_cosine_whatever_the_scale(seed, scale):
    rng = torch.Generator().manual_seed(seed)
    a, b = (torch.randn(9, generator=rng, dtype=torch.float64) for _ in range(2))
    expected = 1 - torch.dot(a, b) / (a.norm() * b.norm())
    split = [a[:4].view(2, 2), a[4:]]
    assert cosine_distance(split, [b[:4].view(2, 2), b[4:]]).item() == pytest.approx(expected.item(), abs=1e-9)
    assert cosine_distance([scale * a], [b]).item() == pytest.approx(expected.item(), abs=1e-8)


def test_nothing_cancels_near_the_truth():
    b = torch.randn(15826, generator=torch.Generator().manual_seed(0))
    assert cosine_distance([b], [b]).item() < 6e-14
    other = torch.randn(15826, generator=torch.Generator().manual_seed(1))
    near = b + 1e-5 * other
    exact = cosine_distance([near.double()], [b.double()]).item()
    assert exact < 1e-9
    assert cosine_distance([near], [b]).item() == pytest.approx(exact, rel=0.01)
    naive = 1 - torch.dot(near, b) / (near.norm() * b.norm())
    assert abs(naive.item() - exact) > 0.5 * exact  # what is avoided


def test_its_gradient_at_the_truth_is_zero_and_at_nothing_finite():
    b = torch.randn(5, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(cosine_distance([b], [b.detach()]), b)
    assert gradient.abs().max() < 1e-10
    zero = torch.zeros(5, requires_grad=True)
    assert torch.autograd.grad(cosine_distance([zero], [torch.ones(5)]), zero)[0].isfinite().all()
    black = torch.zeros(1, 3, 2, 2, requires_grad=True)
    assert torch.autograd.grad(image_norm(black), black)[0].isfinite().all()


def test_a_flat_image_varies_not_at_all():
    assert total_variation(torch.full((2, 3, 4, 4), 0.3)).item() == 0
    stripes = (torch.arange(4) % 2).double().expand(1, 1, 4, 4)
    assert total_variation(stripes).item() == total_variation(stripes.mT).item() == 1
    assert not math.isnan(image_norm(torch.zeros(1, 3, 2, 2)).item())


def test_the_smooth_variation_is_the_total_variation_but_for_its_edge():
    image = torch.rand(1, 3, 6, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert smooth_variation(image, 1e-9).item() == pytest.approx(total_variation(image).item(), abs=1e-8)
    assert 0 <= total_variation(image) - smooth_variation(image, 0.1) <= 2 * 0.1
    flat = torch.zeros(1, 1, 3, 3, requires_grad=True)
    assert torch.autograd.grad(smooth_variation(flat, 0.1), flat)[0].abs().max() == 0


def test_the_relative_error_knows_no_scale():
    assert relative_squared_error(A, B).item() == pytest.approx(32 / 25)
    assert relative_squared_error([7 * a for a in A], [7 * b for b in B]).item() == pytest.approx(32 / 25)


def test_the_unit_distance_by_hand():
    a, b = torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.tensor([[3.0, 0.0], [1.0, 0.0]])
    # Row 1 agrees, row 2 is orthogonal; they weigh 3 and 1. A second layer agrees; biases do not count.
    other, bias = torch.ones(2, 3, 1, 1), torch.tensor([5.0])
    assert unit_distance([a, other, bias], [b, 7 * other, -bias]).item() == pytest.approx((1 / 4 + 0) / 2, abs=1e-6)


@given(st.integers(0, 99))
def test_rescaling_any_unit_does_not_change_the_unit_distance(seed):
    rng = torch.Generator().manual_seed(seed)
    a, b, scale = (torch.rand(4, 3, dtype=torch.float64, generator=rng) + 0.1 for _ in range(3))
    assert unit_distance([a], [b]).item() == pytest.approx(unit_distance([scale[:, :1] * a], [b]).item(), abs=1e-9)
    assert 0 <= unit_distance([a], [b]).item() <= 2
    zero = torch.zeros(4, 3, requires_grad=True)
    assert torch.autograd.grad(unit_distance([zero], [torch.ones(4, 3)]), zero)[0].isfinite().all()
