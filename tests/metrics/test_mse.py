"""MSE by hand."""

import torch

from flatgia.metrics.mse import mse


def test_each_image_has_its_own():
    truth = torch.zeros(2, 3, 32, 32)
    images = truth.clone()
    images[0] += 0.5
    images[1, 0, 0, :12] = 1.0
    assert mse(images, truth).tolist() == [0.25, 12 / 3072]
    assert mse(images, truth).dtype == torch.float64
