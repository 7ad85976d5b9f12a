"""From images to what the network sees."""

import pytest
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.dataset import DATASETS, described
from flatgia.datasets.inputs import statistics, to_inputs
from flatgia.settings.sections import Data

NORMALISED, RAW = Data("cifar10", None, "normalised", "auto"), Data("cifar10", None, "raw", "auto")
CIFAR10 = DATASETS["cifar10"]


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
    assert black.tolist() == pytest.approx([-m / s for m, s in zip(CIFAR10.mean, CIFAR10.std, strict=True)], rel=1e-6)
    assert white.tolist() == pytest.approx(
        [(1 - m) / s for m, s in zip(CIFAR10.mean, CIFAR10.std, strict=True)], rel=1e-6
    )
    assert to_inputs(images, RAW).flatten(1).tolist() == [[0.0] * 3, [1.0] * 3]


def test_whole_numbers_become_float32():
    assert to_inputs(torch.zeros(1, 3, 2, 2, dtype=torch.uint8), NORMALISED).dtype == torch.float32


def test_each_data_set_has_its_own_statistics():
    grey = torch.tensor([0.5], dtype=torch.float64).view(1, 1, 1, 1)
    assert to_inputs(grey, Data("mnist", None, "normalised", "auto")).item() == pytest.approx((0.5 - 0.1307) / 0.3081)
    assert to_inputs(grey, Data("mnist", None, "raw", "auto")).item() == 0.5


def test_the_config_may_say_others():
    data = Data("mnist", None, "normalised", "auto", mean=(0.5,), std=(0.25,))
    assert to_inputs(torch.ones(1, 1, 2, 2), data).flatten().tolist() == [2.0] * 4
    with pytest.raises(FlatgiaError, match=r"data\.mean: 1 numbers for images of 3 channels"):
        statistics(Data("cifar10", None, "normalised", "auto", mean=(0.5,)))


def test_a_users_images_tell_theirs():
    data, facts = Data("folder", None, "normalised", "auto"), {"dataset": "folder"}
    facts |= {"shape": [1, 4, 6], "classes": 2, "mean": [0.25], "std": [0.5]}
    found = described(data, facts, "x")
    assert (found.shape, found.classes) == ((1, 4, 6), 2)
    assert to_inputs(torch.ones(1, 1, 2, 2), data, found).flatten().tolist() == [1.5] * 4
    with pytest.raises(FlatgiaError, match="x: it belongs to the data set folder, not to mnist"):
        described(Data("mnist", None, "normalised", "auto"), facts, "x")
    with pytest.raises(FlatgiaError, match="does not say what images"):
        described(data, {}, "x")
