"""A multilayer perceptron."""

from itertools import pairwise

from torch import Tensor, nn

from flatgia.core.parameters import Count


class MLP(nn.Module):
    """Model inputs (N, channels, H, W) to logits (N, classes), through `depth` hidden layers of `width` ReLUs."""

    def __init__(self, classes: int, channels: int, size: tuple[int, int], width: Count = 256, depth: Count = 2):
        super().__init__()
        widths = [channels * size[0] * size[1], *[width] * depth]
        self.hidden = nn.ModuleList(nn.Linear(before, after) for before, after in pairwise(widths))
        self.head = nn.Linear(widths[-1], classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits; no normalisation inside."""
        x = x.flatten(1)
        for layer in self.hidden:
            x = layer(x).relu()
        return self.head(x)
