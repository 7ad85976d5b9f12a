"""A client at a checkpoint: as it is, or as the attacker takes it to be."""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor, nn

from flatgia.federated.methods.base import Method
from flatgia.gradients.gradient import differentiable_gradient
from flatgia.networks.network import Params


class Victim(NamedTuple):
    """The network, the weights the client got, and what it runs."""

    network: nn.Module
    params: Params
    method: Method | None  # None: it shares the plain gradient
    broadcast: Params | None  # what the server of FedGF sends beside the weights

    def gradient(self) -> Callable[[Tensor, Tensor], Params]:
        """Inputs (B, C, H, W) and labels (B,) to the gradient that the client shares."""

        def gradient(inputs: Tensor, labels: Tensor) -> Params:
            gradient_at = differentiable_gradient(self.network, inputs, labels)
            if self.method is None:
                return gradient_at(self.params)
            return self.method.gradient(gradient_at, self.params, self.broadcast)

        return gradient
