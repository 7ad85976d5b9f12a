"""A picture of what the generator makes of fixed latents."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from flatgia.core.seeds import generator as seeded
from flatgia.generator.generator import Generator, draw_noises

SIDE = 8  # images in a row and in a column


@torch.no_grad()
def sample(generator: Generator, n: int, seed: int) -> Tensor:
    """n images float32 (n, 3, 32, 32) in [0, 1] of latents that depend on `seed` only."""
    rng = seeded("prior", "samples", seed)
    w = generator.mapping(torch.randn(n, generator.latent, generator=rng))
    images = generator(w[:, None].expand(-1, generator.styles, -1), draw_noises(generator.noise_shapes, n, rng))
    return (images / 2 + 0.5).clamp(0, 1)


def write_grid(images: Tensor, path: Path | str, columns: int = SIDE, zoom: int = 3) -> None:
    """Writes images (N, 3, r, r) in [0, 1], N a multiple of `columns`, as a grid; equal images give equal bytes."""
    pixels = (images * 255).round().to(torch.uint8).unflatten(0, (-1, columns)).permute(0, 3, 1, 4, 2)
    rows, height, _, width, _ = pixels.shape
    grid = np.ascontiguousarray(pixels.reshape(rows * height, columns * width, 3).numpy())
    grid = grid.repeat(zoom, axis=0).repeat(zoom, axis=1)
    Image.fromarray(grid).save(path, format="PNG")
