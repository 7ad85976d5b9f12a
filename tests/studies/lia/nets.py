"""Networks of a few units, and a server's view of them."""

import torch
from torch import Tensor, nn

from flatgia.networks.network import initial_state
from flatgia.studies.lia.play import Server
from flatgia.studies.lia.tap import find_tap


class Small(nn.Module):
    """A norm of six channels before the head; through a ReLU, past a shortcut, or neither."""

    def __init__(self, relu: bool = True, shortcut: bool = False):
        super().__init__()
        self.first, self.norm, self.head = nn.Linear(12, 6), nn.BatchNorm1d(6), nn.Linear(6, 4)
        self.relu, self.shortcut = relu, shortcut

    def forward(self, x: Tensor) -> Tensor:
        before = self.first(x.flatten(1))
        x = self.norm(before)
        x = x.relu() if self.relu else x
        return self.head(x + before.sigmoid() if self.shortcut else x)


def server(network: nn.Module, rectified: bool = True) -> Server:
    """In double precision."""
    network = network.double().requires_grad_(False).eval()
    state = {name: value.double() if value.is_floating_point() else value for name, value in
             initial_state(network, "pytorch", 0).items()}  # fmt: skip
    inputs, labels = images(16, 1)
    return Server(network, state, find_tap(network, inputs[:2]), rectified, inputs[:8], (inputs, labels))


def images(count: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Inputs (N, 3, 2, 2) and labels of four classes."""
    draw = torch.Generator().manual_seed(seed)
    return torch.randn(count, 3, 2, 2, generator=draw).double(), torch.randint(4, (count,), generator=draw)
