"""PSNR against scikit-image, by hand, and at its cap."""

import pytest
import torch
from skimage.metrics import peak_signal_noise_ratio

from flatgia.metrics.psnr import psnr


def test_it_agrees_with_scikit_image():
    images, truth = torch.rand(2, 4, 3, 32, 32, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    expected = [peak_signal_noise_ratio(t.numpy(), i.numpy(), data_range=1) for i, t in zip(images, truth, strict=True)]
    assert psnr(images, truth).tolist() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("distance", "expected"), [(1.0, 0.0), (0.1, 20.0), (0.01, 40.0), (1e-7, 120.0), (0.0, 120.0)])
def test_a_constant_distance(distance, expected):
    truth = torch.zeros(1, 3, 8, 8, dtype=torch.float64)
    assert psnr(truth + distance, truth).item() == pytest.approx(expected, abs=1e-9)
