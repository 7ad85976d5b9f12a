"""From images to what the network sees."""

import pytest
import torch

from flatgia.datasets.inputs import MEAN, STD, statistics, to_inputs
from flatgia.settings.sections import Data

NORMALISED, RAW = Data("cifar10", None, "normalised", "auto"), Data("cifar10", None, "raw", "auto")


@pytest.mark.parametrize("data", [NORMALISED, RAW])
def test_there_and_back_is_the_same_image(data):
    images = torch.rand(4, 3, 5, 5, dtype=torch.float64)
    mean, std = statistics(data)
    assert torch.allclose(to_inputs(images, data) * std + mean, images, atol=1e-12)
    whole = torch.randint(0, 256, (2, 3, 4, 4), dtype=torch.uint8)
    back = to_inputs(whole, data) * std + mean
    assert torch.equal((back * 255).round().to(torch.uint8), whole)


def test_by_hand():
    images = torch.tensor([0, 255], dtype=torch.uint8).view(2, 1, 1, 1).expand(2, 3, 1, 1)
    black, white = to_inputs(images, NORMALISED).double().flatten(1)
    assert black.tolist() == pytest.approx([-m / s for m, s in zip(MEAN, STD, strict=True)], rel=1e-6)
    assert white.tolist() == pytest.approx([(1 - m) / s for m, s in zip(MEAN, STD, strict=True)], rel=1e-6)
    assert to_inputs(images, RAW).flatten(1).tolist() == [[0.0] * 3, [1.0] * 3]


def test_whole_numbers_become_float32():
    assert to_inputs(torch.zeros(1, 3, 2, 2, dtype=torch.uint8), NORMALISED).dtype == torch.float32
