"""What is held against an image, with its gradient in closed form, against autograd in float64."""

import pytest
import torch
from torch.func import grad_and_value, vmap

from flatgia.attacks.priors import Prior, penalty, penalty_with_gradient
from flatgia.gradients.native.variation import variation
from flatgia.gradients.objectives import smooth_variation, total_variation

SHAPES = [(1, 1, 1, 2, 2), (3, 1, 3, 32, 32), (2, 4, 3, 5, 7), (2, 1, 1, 19, 33)]


def images(shape, dtype=torch.float64):
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)), dtype=dtype)


@pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-14), (torch.float32, 1e-6)])
@pytest.mark.parametrize("edge", [0.0, 0.1])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_variation_of_each_image_and_its_gradient(shape, edge, dtype, tolerance):
    inputs = images(shape, dtype)
    inputs[..., 0, 0] = inputs[..., 0, 1]  # a difference of nothing, where |d| has no derivative

    def plain(image):
        return smooth_variation(image, edge) if edge else total_variation(image)

    expected, costs = vmap(grad_and_value(plain))(inputs)
    found, gradients = variation(inputs, edge)
    torch.testing.assert_close(found, costs, rtol=10 * tolerance, atol=0)
    torch.testing.assert_close(gradients, expected, rtol=10 * tolerance, atol=tolerance)


def test_any_layout_serves():
    inputs = images((3, 1, 3, 8, 8))
    turned = inputs.transpose(3, 4).contiguous().transpose(3, 4)
    assert all(torch.equal(a, b) for a, b in zip(variation(turned, 0.1), variation(inputs, 0.1), strict=True))


@pytest.mark.parametrize(
    "prior",
    [
        Prior(),
        Prior(tv=0.3),
        Prior(tv=0.3, edge=0.1),
        Prior(l2=0.2),
        Prior(box=0.7),
        Prior(tv=0.3, edge=0.1, l2=0.2, box=0.7),
    ],
)
@pytest.mark.parametrize("shape", [(3, 1, 3, 8, 8), (2, 4, 3, 5, 7)])
def test_a_penalty_and_its_gradient(prior, shape):
    inputs, low, high = images(shape), torch.tensor([-0.5, -0.4, -0.3])[:, None, None], torch.full((3, 1, 1), 0.6)
    zero = torch.zeros((), dtype=torch.float64)

    def plain(candidate):
        return 0 * candidate.sum() + penalty(candidate, prior, zero + prior.tv, low.double(), high.double())

    expected, costs = vmap(grad_and_value(plain))(inputs)
    found, gradients = penalty_with_gradient(inputs, prior, low.double(), high.double())
    torch.testing.assert_close(found, costs, rtol=1e-13, atol=1e-16)
    torch.testing.assert_close(gradients, expected, rtol=1e-13, atol=1e-16)
