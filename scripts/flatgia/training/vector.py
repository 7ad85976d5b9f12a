"""A network as a function of all its weights in one vector (P,), in the order of its parameters."""

from functools import cached_property

import torch
from torch import Tensor, nn

from flatgia.networks.forward import with_batch_statistics
from flatgia.networks.network import Params


class Vectors:
    """What turns weights into vectors and back, and the copy of the network that takes Hessian products."""

    def __init__(self, network: nn.Module):
        self.network = network
        self.shapes = {name: parameter.shape for name, parameter in network.named_parameters()}

    @property
    def size(self) -> int:
        """P."""
        return sum(shape.numel() for shape in self.shapes.values())

    def vector(self, params: Params) -> Tensor:
        """(P,) of parameters, in whatever order they come."""
        return torch.cat([params[name].reshape(-1) for name in self.shapes])

    def params(self, vector: Tensor) -> Params:
        """The parameters in (P,); views."""
        pieces = vector.split([shape.numel() for shape in self.shapes.values()])
        return {name: piece.view(shape) for piece, (name, shape) in zip(pieces, self.shapes.items(), strict=True)}

    @cached_property
    def by_batch(self) -> nn.Module:
        """The network with the statistics of the batch, as in training, of which none are kept."""
        return with_batch_statistics(self.network)

    @cached_property
    def weight_entries(self) -> Tensor:
        """Which of the P entries are weights (true), not biases."""
        return torch.cat(
            [torch.full((shape.numel(),), not name.endswith("bias")) for name, shape in self.shapes.items()]
        )
