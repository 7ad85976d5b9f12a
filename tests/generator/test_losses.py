"""The losses against their definitions, R1 by brute force."""

import math

import pytest
import torch

from flatgia.generator.discriminator import Discriminator
from flatgia.generator.losses import discriminator_loss, generator_loss, r1_penalty


def test_losses_by_hand():
    real, fake = torch.tensor([2.0, -1.0]), torch.tensor([0.5, 3.0])
    softplus = lambda x: math.log1p(math.exp(x))  # noqa: E731
    assert generator_loss(fake).item() == pytest.approx((softplus(-0.5) + softplus(-3)) / 2, rel=1e-6)
    expected = (softplus(-2) + softplus(1) + softplus(0.5) + softplus(3)) / 2
    assert discriminator_loss(real, fake).item() == pytest.approx(expected, rel=1e-6)


def test_r1_equals_finite_differences():
    torch.manual_seed(0)
    discriminator = Discriminator([3, 3, 2, 2]).double()
    # Images that vary in a few pixels only: the others' slopes are cut off by the mask.
    images, mask = torch.randn(4, 3, 32, 32, dtype=torch.float64), torch.zeros(3, 32, 32, dtype=torch.float64)
    places = [(0, 3, 5), (1, 16, 30), (2, 31, 0)]
    for place in places:
        mask[place] = 1
    masked = lambda x: discriminator(x * mask + images * (1 - mask))  # noqa: E731
    total, h = 0.0, 1e-5
    for n in range(4):
        for place in places:
            up, down = images.clone(), images.clone()
            up[(n, *place)] += h
            down[(n, *place)] -= h
            total += ((masked(up).sum() - masked(down).sum()).item() / (2 * h)) ** 2
    assert r1_penalty(masked, images).item() == pytest.approx(total / 4 / 2, rel=1e-5)


def test_r1_teaches_the_discriminator_and_ignores_autocast():
    torch.manual_seed(1)
    discriminator, images = Discriminator([3, 3, 2, 2]), torch.randn(4, 3, 32, 32)
    exact = r1_penalty(discriminator, images)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(r1_penalty(discriminator, images), exact)
    slopes = torch.autograd.grad(exact, list(discriminator.parameters()), materialize_grads=True)
    assert sum(slope.abs().sum() for slope in slopes) > 0
