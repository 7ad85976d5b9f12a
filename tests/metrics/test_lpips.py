"""LPIPS against its definition, written out in float64, on random convolutions."""

import pytest
import torch
from torch.nn.functional import conv2d, max_pool2d

from flatgia.core.torchvision_import import import_lpips
from flatgia.metrics.lpips import build_lpips, lpips
from flatgia.metrics.vgg16 import CHANNELS, LAYERS

STAGES = ((0, 2), (5, 7), (10, 12, 14), (17, 19, 21), (24, 26, 28))


@pytest.fixture(scope="module")
def vgg():
    draws = torch.Generator().manual_seed(0)
    tensors = {}
    for layer, narrow, wide in zip(LAYERS, CHANNELS[:-1], CHANNELS[1:], strict=True):
        scale = (2 / (9 * narrow)) ** 0.5
        tensors[f"features.{layer}.weight"] = scale * torch.randn(wide, narrow, 3, 3, generator=draws)
        tensors[f"features.{layer}.bias"] = 0.1 * torch.randn(wide, generator=draws)
    return tensors


@pytest.fixture(scope="module")
def model(vgg):
    return build_lpips(vgg)


@pytest.fixture(scope="module")
def pair():
    return torch.rand(2, 3, 3, 32, 32, generator=torch.Generator().manual_seed(1))


def by_definition(vgg, first, second):
    """Zhang et al. 2018, eq. 1: weighted squares of unit-normed channels, mean over places, sum over layers."""
    path = f"{import_lpips().__path__[0]}/weights/v0.1/vgg.pth"
    heads = torch.load(path, map_location="cpu", weights_only=True)
    shift = torch.tensor([-0.030, -0.088, -0.188]).double().view(3, 1, 1)
    scale = torch.tensor([0.458, 0.448, 0.450]).double().view(3, 1, 1)
    both = (2 * torch.cat([first, second]).double() - 1 - shift) / scale
    distance = torch.zeros(len(first), dtype=torch.float64)
    for stage, layers in enumerate(STAGES):
        both = max_pool2d(both, 2) if stage else both
        for layer in layers:
            weight, bias = (vgg[f"features.{layer}.{kind}"].double() for kind in ("weight", "bias"))
            both = conv2d(both, weight, bias, padding=1).relu()
        unit = both / both.norm(dim=1, keepdim=True)
        apart = (unit[: len(first)] - unit[len(first) :]).square()
        distance += (apart * heads[f"lin{stage}.model.1.weight"].double()).sum(1).mean((1, 2))
    return distance


def test_it_is_its_definition(model, vgg, pair):
    expected = by_definition(vgg, *pair)
    assert expected.min() > 0.01
    torch.testing.assert_close(lpips(model, *pair), expected, rtol=1e-4, atol=1e-6)


def test_equal_images_have_none_and_the_order_does_not_matter(model, pair):
    first, second = pair
    assert lpips(model, first, first).tolist() == [0.0] * 3
    torch.testing.assert_close(lpips(model, first, second), lpips(model, second, first))


def test_an_image_has_the_same_value_alone_and_among_others(model, pair):
    many = lpips(model, pair[0].repeat(6, 1, 1, 1), pair[1].repeat(6, 1, 1, 1))
    torch.testing.assert_close(many[15:], lpips(model, *pair), rtol=1e-5, atol=1e-7)


def test_building_draws_no_random_numbers(vgg):
    before = torch.get_rng_state()
    model = build_lpips(vgg)
    assert torch.equal(torch.get_rng_state(), before)
    assert not any(value.is_meta or value.requires_grad for value in model.state_dict(keep_vars=True).values())
