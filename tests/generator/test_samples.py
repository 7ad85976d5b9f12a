"""The picture of samples."""

import numpy as np
import torch
from PIL import Image

from flatgia.generator.samples import sample, write_grid
from flatgia.generator.store import untrained_generator

SIZES = 6, (5, 4, 3, 2), 2  # latent, channels, layers of the mapping


def test_samples_are_fixed_by_the_seed_and_in_range():
    generator = untrained_generator(*SIZES, 0)
    images = sample(generator, 3, 0)
    assert images.shape == (3, 3, 32, 32) and images.min() >= 0 and images.max() <= 1
    assert torch.equal(images, sample(generator, 3, 0)) and not torch.equal(images, sample(generator, 3, 1))


def test_grid_puts_each_image_in_its_place_and_repeats_its_bytes(tmp_path):
    images = torch.rand(6, 3, 4, 4)
    for name in ("a", "b"):
        write_grid(images, tmp_path / name, columns=3, zoom=2)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    pixels = np.asarray(Image.open(tmp_path / "a"))
    assert pixels.shape == (16, 24, 3)
    expected = (images * 255).round().permute(0, 2, 3, 1).numpy()
    assert np.array_equal(pixels[8:16:2, 8:16:2], expected[4])
