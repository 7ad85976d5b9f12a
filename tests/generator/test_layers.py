"""The layers against the textbook form of StyleGAN2, in float64."""

import math

import pytest
import torch
import torch.nn.functional as F

from flatgia.generator.layers import (
    GAIN,
    EqualConv,
    EqualLinear,
    StyledConv,
    ToRGB,
    activate,
    demodulation,
    doubled,
    modulated_conv,
    upsample,
)


def grouped_reference(x, weight, style, demodulate):
    """Weights per image, as in the paper: modulated, demodulated, and applied as one grouped convolution."""
    n, channels, height, width = x.shape
    weights = weight[None] * style[:, None, :, None, None]
    if demodulate:
        weights = weights / (weights.square().sum((2, 3, 4), keepdim=True) + 1e-8).sqrt()
    y = F.conv2d(x.reshape(1, n * channels, height, width), weights.flatten(0, 1), padding=1, groups=n)
    return y.view(n, -1, height, width)


@pytest.mark.parametrize("demodulate", [True, False])
def test_equals_the_grouped_convolution(demodulate):
    torch.manual_seed(0)
    x, weight = torch.randn(3, 5, 4, 4, dtype=torch.float64), torch.randn(7, 5, 3, 3, dtype=torch.float64)
    style = torch.randn(3, 5, dtype=torch.float64)
    y = modulated_conv(x, weight, style)
    if demodulate:
        y = y * demodulation(weight, style)[:, :, None, None]
    torch.testing.assert_close(y, grouped_reference(x, weight, style, demodulate), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("strength_of_style", [0.1, 1.0, 10.0])
def test_demodulation_gives_unit_variance_whatever_the_style(strength_of_style):
    torch.manual_seed(1)
    x, weight = torch.randn(8, 64, 16, 16), torch.randn(64, 64, 3, 3)
    style = torch.randn(8, 64) * strength_of_style
    y = modulated_conv(x, weight, style) * demodulation(weight, style)[:, :, None, None]
    assert y[:, :, 1:-1, 1:-1].std() == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("up", [False, True])
def test_styled_conv_is_the_textbook_layer(up):
    torch.manual_seed(2)
    layer = StyledConv(5, 7, 6, up=up).double()
    with torch.no_grad():
        layer.strength.fill_(0.7)
        layer.bias.normal_()
    size = 8 if up else 4
    x, style = torch.randn(3, 5, 4, 4, dtype=torch.float64), torch.randn(3, 6, dtype=torch.float64)
    noise = torch.randn(3, 1, size, size, dtype=torch.float64)
    y = grouped_reference(x, layer.weight * layer.scale, layer.affine(style), demodulate=True) * math.sqrt(2)
    y = F.interpolate(y, scale_factor=2, mode="bilinear") if up else y
    y = F.leaky_relu(y + 0.7 * noise + layer.bias[:, None, None], 0.2)
    # The 1e-8 under the root counts for a little more where the weights are scaled down first.
    torch.testing.assert_close(layer(x, style, noise), y, rtol=1e-6, atol=1e-7)


def test_noise_enters_by_its_strength():
    torch.manual_seed(3)
    layer = StyledConv(5, 7, 6)
    x, style, noise = torch.randn(2, 5, 4, 4), torch.randn(2, 6), torch.randn(2, 1, 4, 4)
    silent = layer(x, style, noise * 0)
    assert torch.equal(layer(x, style, noise), silent)
    with torch.no_grad():
        layer.strength.fill_(0.5)
    assert not torch.equal(layer(x, style, noise), silent)


@pytest.mark.parametrize("rate", [1.0, 0.01])
def test_equalised_layers_keep_unit_variance(rate):
    torch.manual_seed(4)
    linear, conv = EqualLinear(256, 256, rate=rate, gain=GAIN), EqualConv(64, 64, 3, gain=GAIN)
    # Leaky ReLU of slope 0.2 keeps (1 + 0.04) / 2 of the power.
    assert activate(linear(torch.randn(256, 256))).square().mean().item() == pytest.approx(1.04, abs=0.05)
    inner = activate(conv(torch.randn(8, 64, 16, 16)))[:, :, 1:-1, 1:-1]
    assert inner.square().mean().item() == pytest.approx(1.04, abs=0.05)


def test_rgb_has_the_precision_of_the_style():
    layer, style = ToRGB(5, 6), torch.randn(2, 6)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        y = layer(torch.randn(2, 5, 4, 4).bfloat16(), style)
    assert y.shape == (2, 3, 4, 4) and y.dtype == torch.float32


@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_gpus_way_of_upsampling_is_the_same(size):
    x = torch.randn(2, 3, size, size + 1, dtype=torch.float64, requires_grad=True)
    ours, theirs = doubled(doubled(x, 2), 3), upsample(x)
    torch.testing.assert_close(ours, theirs, rtol=1e-13, atol=1e-13)
    weight = torch.randn_like(theirs)
    given, wanted = (torch.autograd.grad(y, x, weight)[0] for y in (ours, theirs))
    torch.testing.assert_close(given, wanted, rtol=1e-13, atol=1e-13)
