"""A small VGG with batch norm (after Simonyan & Zisserman 2015), also behind its hidden layer."""

from itertools import pairwise

from torch import Tensor, nn

from flatgia.core.parameters import Count


class SmallVGG(nn.Module):
    """Model inputs (N, channels, H, W), of at least 16 a side, to logits (N, classes).

    Four convolutions, each halved by max pooling; a hidden layer of `hidden` units, normalised, through ReLU; a linear head.
    """

    def __init__(self, classes: int, channels: int, size: tuple[int, int], width: Count = 16, hidden: Count = 512):
        super().__init__()
        widths = [channels, width, 2 * width, 4 * width, 4 * width]
        self.convs = nn.ModuleList(
            nn.Conv2d(before, after, 3, padding=1, bias=False) for before, after in pairwise(widths)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(after) for after in widths[1:])
        self.pool = nn.MaxPool2d(2)
        self.hidden = nn.Linear(widths[-1] * (size[0] >> 4) * (size[1] >> 4), hidden)
        self.norm = nn.BatchNorm1d(hidden)
        self.head = nn.Linear(hidden, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = self.pool(norm(conv(x)).relu())
        return self.head(self.norm(self.hidden(x.flatten(1))).relu())
