"""The ResNet of 20 layers for CIFAR-10 (He et al. 2016), with shortcuts that have no parameters."""

from itertools import pairwise

from torch import Tensor, nn
from torch.nn.functional import pad

from flatgia.networks.norms import Norm, norm_layer


class Block(nn.Module):
    """Two convolutions beside a shortcut; where the sides halve, the new channels of the shortcut are 0."""

    def __init__(self, before: int, after: int, norm: Norm):
        super().__init__()
        self.stride, self.more = after // before, after - before
        self.conv1 = nn.Conv2d(before, after, 3, stride=self.stride, padding=1, bias=False)
        self.norm1 = norm_layer(norm, after)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.norm2 = norm_layer(norm, after)

    def forward(self, x: Tensor) -> Tensor:
        """(N, before, H, W) to (N, after, H / stride, W / stride)."""
        y = self.norm2(self.conv2(self.norm1(self.conv1(x)).relu()))
        short = x[:, :, :: self.stride, :: self.stride]
        return (y + pad(short, (0, 0, 0, 0, self.more // 2, self.more - self.more // 2))).relu()


class ResNet20(nn.Module):
    """Model inputs (N, channels, H, W), of any size, to logits (N, classes); 269,722 parameters for CIFAR-10."""

    def __init__(self, classes: int, channels: int, norm: Norm = "batch"):
        super().__init__()
        self.stem = nn.Conv2d(channels, 16, 3, padding=1, bias=False)
        self.norm = norm_layer(norm, 16)
        widths = [16, *[16] * 3, *[32] * 3, *[64] * 3]
        self.blocks = nn.Sequential(*(Block(a, b, norm) for a, b in pairwise(widths)))
        self.head = nn.Linear(64, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        x = self.blocks(self.norm(self.stem(x)).relu())
        return self.head(x.mean((2, 3)))
