"""The discriminator: its shape, its precision, and the spread it measures."""

import torch

from flatgia.generator.discriminator import Discriminator, spread


def test_one_logit_per_image_in_fp32_even_under_autocast():
    discriminator = Discriminator([5, 4, 3, 2])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = discriminator(torch.randn(8, 3, 32, 32))
    assert logits.shape == (8,) and logits.dtype == torch.float32


def test_spread_is_the_mean_deviation_within_four_images():
    x = torch.randn(8, 3, 2, 2, dtype=torch.float64)
    y = spread(x)
    assert y.shape == (8, 1, 2, 2)
    for first in (0, 4):
        expected = (x[first : first + 4].var(0, unbiased=False) + 1e-8).sqrt().mean()
        torch.testing.assert_close(y[first : first + 4], expected.expand(4, 1, 2, 2))


def test_equal_images_have_no_spread():
    assert spread(torch.ones(4, 3, 2, 2)).max() < 1e-3


def test_units_of_power_pass_through():
    torch.manual_seed(0)
    discriminator = Discriminator([48, 48, 48, 48])
    x = torch.randn(16, 48, 8, 8)
    y = discriminator.downs[0](x)
    assert y.shape == (16, 48, 4, 4)
    # Averaging four independent pixels quarters the power of the skip, and nearly that of the branch.
    assert 0.15 < y.square().mean() < 0.7


def test_spread_of_rough_features_is_measured_in_fp32():
    assert spread(torch.ones(4, 3, 2, 2, dtype=torch.bfloat16)).dtype == torch.float32
