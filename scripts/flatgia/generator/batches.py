"""What one training step draws: all of it from the step's own seed, so that any step can be made again."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from flatgia.generator.generator import draw_noises


class Fake(NamedTuple):
    """What makes n images: two latents each (2, n, latent), the rows that take the second (n, rows), noise maps."""

    latents: Tensor
    mask: Tensor
    noises: list[Tensor]


def real_batch(images: Tensor, size: int, rng: torch.Generator, mirror: bool = True) -> Tensor:
    """`size` of the images uint8 (N, 3, 32, 32), half of them mirrored if so told, as float32 in [-1, 1]."""
    chosen = images[torch.randint(len(images), (size,), generator=rng)]
    mirrored = torch.rand(size, generator=rng) < 0.5
    chosen = torch.where(mirrored[:, None, None, None] & mirror, chosen.flip(3), chosen)
    return chosen.float() / 127.5 - 1


def mixing_mask(size: int, rows: int, probability: float, rng: torch.Generator) -> Tensor:
    """Bool (size, rows), true where a style row takes the second latent: nowhere, or from a random row >= 1 on."""
    first = torch.randint(1, rows, (size,), generator=rng)
    first = torch.where(torch.rand(size, generator=rng) < probability, first, rows)
    return torch.arange(rows) >= first[:, None]


def draw_fake(
    shapes: Sequence[tuple[int, int]], size: int, latent: int, rows: int, mixing: float, rng: torch.Generator
) -> Fake:
    """Draws, on the CPU, what makes `size` images; `mixing` is the probability of style mixing."""
    latents = torch.randn(2, size, latent, generator=rng)
    return Fake(latents, mixing_mask(size, rows, mixing, rng), draw_noises(shapes, size, rng))


def fake_to(fake: Fake, device: str) -> Fake:
    """The same on another device."""
    return Fake(fake.latents.to(device), fake.mask.to(device), [noise.to(device) for noise in fake.noises])
