"""The ConvNet of few-shot learning and data-set condensation (Gidaris & Komodakis 2018): equal blocks and a linear head."""

from itertools import pairwise

from torch import Tensor, nn

from flatgia.core.parameters import Count
from flatgia.networks.norms import Norm, norm_layer


class ConvNet(nn.Module):
    """Model inputs (N, channels, H, W) to logits (N, classes); each block halves the sides, of at least 2^depth."""

    def __init__(
        self,
        classes: int,
        channels: int,
        size: tuple[int, int],
        width: Count = 32,
        depth: Count = 3,
        norm: Norm = "batch",
    ):
        super().__init__()
        widths = [channels, *[width] * depth]
        self.convs = nn.ModuleList(nn.Conv2d(before, after, 3, padding=1) for before, after in pairwise(widths))
        self.norms = nn.ModuleList(norm_layer(norm, width) for _ in range(depth))
        self.pool = nn.AvgPool2d(2)
        self.head = nn.Linear(width * (size[0] >> depth) * (size[1] >> depth), classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = self.pool(norm(conv(x)).relu())
        return self.head(x.flatten(1))
