"""First-order predictions, against the minimisers that they stand for."""

import pytest
import torch

from flatgia.gradients.objectives import OBJECTIVES, smooth_variation
from flatgia.studies.shift.predict import EDGE, by_prior, by_ridge, variation_curvature
from flatgia.studies.shift.residual import whitened


def normal(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def jacobian():
    return normal(12, 40)


def test_the_curvature_has_the_slope_of_the_total_variation():
    image = normal(3, 4, 5).requires_grad_()
    smooth_variation(image, EDGE).backward()
    found = variation_curvature(image.detach()) @ image.detach().flatten()
    torch.testing.assert_close(found, image.grad.flatten())


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_half_the_square_of_what_a_change_becomes_is_the_objective(objective):
    gradient = [normal(4, 3, seed=1), normal(4, seed=2), normal(2, 4, seed=3)]
    change = 1e-5 * normal(1, 24, seed=4)
    moved = [g + c.view_as(g) for g, c in zip(gradient, change[0].split([12, 4, 8]), strict=True)]
    found = whitened(change, gradient, objective).square().sum() / 2
    torch.testing.assert_close(found, OBJECTIVES[objective](moved, gradient), rtol=1e-3, atol=0)


def test_without_a_prior_a_ridge_finds_what_the_disturbance_stands_for(jacobian):
    truth = normal(2, 12, seed=5)
    found = by_ridge(jacobian, truth @ jacobian, torch.tensor(2.0).double(), [1e-12])
    torch.testing.assert_close(found.shift, truth, rtol=1e-6, atol=1e-6)


def test_a_prior_draws_the_truth_away_though_nothing_is_disturbed(jacobian):
    image, still = normal(3, 2, 2, seed=6), torch.zeros(1, 40, dtype=torch.float64)
    assert by_ridge(jacobian, still, torch.tensor(1.0).double(), [0.1]).shift.abs().max() == 0
    shift = by_prior(jacobian, still, image, [0.1]).shift[0]
    curvature = variation_curvature(image)
    slope = jacobian @ (jacobian.T @ shift) + 0.1 * curvature @ (image.flatten() + shift)
    assert slope.abs().max() < 1e-6 < shift.abs().max()


def test_the_strongest_prior_that_costs_no_more_than_twice_the_least_is_taken(jacobian):
    image = normal(3, 2, 2, seed=6)
    explained, strange = normal(1, 12, seed=7) @ jacobian, torch.zeros(1, 40, dtype=torch.float64)
    basis = torch.linalg.svd(jacobian.T, full_matrices=True)[0][:, 12:]
    strange += 50 * basis[:, 0]  # no image explains it, so no prior makes it worse
    found = by_prior(jacobian, torch.cat([explained, strange]), image, [1.0, 1e-9])
    assert found.weight.tolist() == [1e-9, 1.0]
