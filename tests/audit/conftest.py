"""A small network with what networks have: batch norm, a tied layer, a frozen one."""

import pytest
import torch
from torch import nn


class Small(nn.Module):
    """1 x 6 x 8 images, four classes; `again` is `first`, `scale` is frozen."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.first = nn.Conv2d(4, 4, 3, padding=1)
        self.again = self.first
        self.scale = nn.Parameter(torch.ones(4, 1, 1), requires_grad=False)
        self.head = nn.Linear(192, 4)

    def forward(self, x):
        x = torch.tanh(self.norm(self.stem(x)) * self.scale)
        return self.head(torch.tanh(self.again(torch.tanh(self.first(x)))).flatten(1))


def make_small():
    """The network after some batches in train mode."""
    torch.manual_seed(0)
    network = Small()
    with torch.no_grad():
        for _ in range(5):
            network.train()(2 * torch.rand(8, 1, 6, 8) - 1)
    return network.eval()


@pytest.fixture
def small():
    return make_small()


@pytest.fixture
def image():
    """A smooth 1 x 6 x 8 image in [0, 1], in a batch."""
    coarse = torch.rand(1, 1, 3, 4, generator=torch.Generator().manual_seed(1))
    return nn.functional.interpolate(coarse, size=(6, 8), mode="bilinear", align_corners=True)
