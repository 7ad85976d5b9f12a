"""A client at a checkpoint: as it is, or as the attacker takes it to be."""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor, nn

from flatgia.federated.gradients import shared_gradient
from flatgia.federated.methods.base import Method
from flatgia.models.network import Params


class Model(NamedTuple):
    """The network, the weights the client got, and what it runs."""

    network: nn.Module
    params: Params
    method: Method | None  # None: it shares the plain gradient
    broadcast: Params | None  # what the server of FedGF sends beside the weights

    def gradient(self) -> Callable[[Tensor, Tensor], Params]:
        """Inputs (B, C, H, W) and labels (B,) to the gradient that the client shares."""
        return shared_gradient(*self)
