"""The residual discriminator at 32x32."""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from flatgia.core.roots import root
from flatgia.generator.layers import GAIN, EqualConv, EqualLinear, activate

GROUP = 4  # images whose spread is measured together, as in StyleGAN2


def spread(x: Tensor, group: int = GROUP) -> Tensor:
    """x (N, C, r, r) -> (N, 1, r, r): the mean standard deviation of the features over the image's group."""
    group = math.gcd(group, len(x))
    y = x.to(torch.promote_types(x.dtype, torch.float32)).unflatten(0, (-1, group))
    y = root((y - y.mean(1, keepdim=True)).square().mean(1) + 1e-8).mean((1, 2, 3))
    return y[:, None].expand(-1, group).reshape(-1, 1, 1, 1).expand(-1, 1, *x.shape[2:])


class Down(nn.Module):
    """Residual block that halves the size: (N, fan_in, r, r) -> (N, fan_out, r/2, r/2)."""

    def __init__(self, fan_in: int, fan_out: int):
        super().__init__()
        # The sum of the two branches is divided by sqrt(2): that, too, is in the gains.
        self.first = EqualConv(fan_in, fan_in, 3, gain=GAIN)
        self.second = EqualConv(fan_in, fan_out, 3, gain=GAIN / math.sqrt(2))
        self.skip = EqualConv(fan_in, fan_out, 1, bias=False, gain=1 / math.sqrt(2))

    def forward(self, x: Tensor) -> Tensor:
        """(N, fan_in, r, r) -> (N, fan_out, r/2, r/2)."""
        # Halving before the second convolution costs a quarter of halving after it.
        y = activate(self.second(F.avg_pool2d(activate(self.first(x)), 2)))
        return y + self.skip(F.avg_pool2d(x, 2))


class Discriminator(nn.Module):
    """Images (N, 3, 32, 32) -> logits (N,), in fp32 even under autocast; `channels` at 4, 8, 16, 32."""

    def __init__(self, channels: Sequence[int]):
        super().__init__()
        wide = channels[0]
        down = list(zip(channels[:0:-1], channels[-2::-1], strict=True))
        self.from_rgb = EqualConv(3, channels[-1], 1, gain=GAIN)
        self.downs = nn.ModuleList(Down(fan_in, fan_out) for fan_in, fan_out in down)
        self.conv = EqualConv(wide + 1, wide, 3, gain=GAIN)
        self.linear = EqualLinear(wide * 16, wide, gain=GAIN)
        self.logit = EqualLinear(wide, 1)

    def forward(self, images: Tensor) -> Tensor:
        """(N, 3, 32, 32) -> (N,)."""
        x = activate(self.from_rgb(images))
        for down in self.downs:
            x = down(x)
        x = activate(self.conv(torch.cat([x, spread(x).to(x.dtype)], 1)))
        x = activate(self.linear(x.flatten(1)))
        with torch.autocast(images.device.type, enabled=False):
            return self.logit(x.to(self.logit.weight.dtype)).squeeze(1)
