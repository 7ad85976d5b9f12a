"""The StyleGAN2 generator at 32x32, open to be entered between its blocks (GIFD) or copied per image (GIAS)."""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from flatgia.generator.layers import GAIN, EqualLinear, StyledConv, ToRGB, activate, upsample

SIZES = (4, 8, 16, 32)


class Mapper(nn.Module):
    """The mapping network: z (N, latent), brought to length sqrt(latent), to w (N, latent)."""

    def __init__(self, latent: int, layers: int):
        super().__init__()
        # StyleGAN2 trains the mapping a hundred times slower than the rest.
        self.layers = nn.ModuleList(EqualLinear(latent, latent, rate=0.01, gain=GAIN) for _ in range(layers))

    def forward(self, z: Tensor) -> Tensor:
        """(N, latent) -> (N, latent)."""
        w = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
        for layer in self.layers:
            w = activate(layer(w))
        return w


class Block(nn.Module):
    """One resolution: `up` enlarges what comes in and has two convolutions, else one."""

    def __init__(self, fan_in: int, fan_out: int, latent: int, up: bool):
        super().__init__()
        self.enlarge = StyledConv(fan_in, fan_out, latent, up=True) if up else None
        self.conv = StyledConv(fan_out if up else fan_in, fan_out, latent)
        self.to_rgb = ToRGB(fan_out, latent)


class Generator(nn.Module):
    """StyleGAN2 with skip RGB: 8 style rows, 7 noise maps, four blocks at 4, 8, 16, 32; images about [-1, 1]."""

    styles: int = 8
    blocks: int = 4

    def __init__(self, latent: int, channels: Sequence[int], mapping_layers: int):
        super().__init__()
        self.latent, self.channels, self.mapping_layers = latent, tuple(channels), mapping_layers
        self.noise_shapes: list[tuple[int, int]] = [(r, r) for r in SIZES for _ in range(1 if r == 4 else 2)]
        self.mapper = Mapper(latent, mapping_layers)
        self.constant = nn.Parameter(torch.randn(1, channels[0], 4, 4))
        widths = [channels[0], *channels]
        self.synthesis = nn.ModuleList(Block(widths[i], widths[i + 1], latent, up=i > 0) for i in range(self.blocks))

    def mapping(self, z: Tensor) -> Tensor:
        """z (N, latent) -> w (N, latent)."""
        return self.mapper(z)

    def styles_of(self, i: int) -> range:
        """The style rows block i uses; the last is its RGB layer's and the next block's first."""
        return range(max(2 * i - 1, 0), 2 * i + 2)

    def noises_of(self, i: int) -> range:
        """The noise maps block i uses."""
        return range(max(2 * i - 1, 0), 2 * i + 1)

    def feature_shape(self, i: int) -> tuple[int, int, int]:
        """(C, r, r) of the features that enter block i."""
        return (self.channels[max(i - 1, 0)],) + (SIZES[max(i - 1, 0)],) * 2

    def start(self, n: int) -> tuple[Tensor, Tensor | None]:
        """The learned constant for n images (n, C, 4, 4), and no picture yet."""
        return self.constant.expand(n, -1, -1, -1), None

    def block(
        self, i: int, features: Tensor, rgb: Tensor | None, styles: Tensor, noises: Sequence[Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Block i of 0..3: features (N, C, r, r), rgb or none, all styles (N, 8, latent), all 7 noises (N, 1, r, r)."""
        block = cast(Block, self.synthesis[i])
        rows, maps = list(self.styles_of(i)), list(self.noises_of(i))
        if block.enlarge is not None:
            features = block.enlarge(features, styles[:, rows[0]], noises[maps[0]])
        features = block.conv(features, styles[:, rows[-2]], noises[maps[-1]])
        picture = block.to_rgb(features, styles[:, rows[-1]])
        return features, picture if rgb is None else picture + upsample(rgb)

    def forward(self, styles: Tensor, noises: Sequence[Tensor]) -> Tensor:
        """styles (N, 8, latent), 7 noises (N, 1, r, r) -> images (N, 3, 32, 32), about [-1, 1], unclamped."""
        features, rgb = self.block(0, *self.start(len(styles)), styles, noises)
        for i in range(1, self.blocks):
            features, rgb = self.block(i, features, rgb, styles, noises)
        return rgb


def draw_noises(shapes: Sequence[tuple[int, int]], n: int, rng: torch.Generator) -> list[Tensor]:
    """Standard normal noise maps for n images, on the CPU: one (n, 1, r, r) for each shape."""
    return [torch.randn(n, 1, *shape, generator=rng) for shape in shapes]
