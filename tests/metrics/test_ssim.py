"""SSIM against its definition, written out."""

import numpy as np
import pytest
import torch
from torch.nn.functional import conv2d

from flatgia.metrics.ssim import ssim


def by_definition(first, second):
    """Wang et al. 2004: 11x11 Gaussian window of sigma 1.5, where it fits; C1 = 0.01^2, C2 = 0.03^2; mean of all."""
    steps = torch.arange(-5, 6, dtype=torch.float64)
    line = torch.exp(-(steps**2) / (2 * 1.5**2))
    window = torch.outer(line, line)[None, None] / line.sum() ** 2

    def mean(values):
        return conv2d(values[:, None], window)[:, 0]

    mu, nu = mean(first), mean(second)
    vary = mean(first * first) - mu * mu, mean(second * second) - nu * nu
    both = mean(first * second) - mu * nu
    c1, c2 = 0.01**2, 0.03**2
    return ((2 * mu * nu + c1) * (2 * both + c2) / ((mu**2 + nu**2 + c1) * (sum(vary) + c2))).mean().item()


def test_it_is_its_definition():
    draws = torch.Generator().manual_seed(0)
    truth = torch.rand(3, 3, 32, 32, dtype=torch.float64, generator=draws)
    images = (truth + 0.2 * torch.randn(truth.shape, dtype=torch.float64, generator=draws)).clamp(0, 1)
    expected = [by_definition(image, true) for image, true in zip(images, truth, strict=True)]
    assert max(expected) < 0.99
    assert ssim(images, truth).tolist() == pytest.approx(expected, abs=1e-7)


def test_equal_images_have_one_and_the_negative_less_than_none():
    truth = torch.from_numpy(np.random.default_rng(0).random((2, 3, 32, 32)))
    assert ssim(truth, truth).tolist() == [1.0, 1.0]
    assert (ssim(1 - truth, truth) < 0).all()
