"""A client at a checkpoint: as it is, or as the attacker takes it to be."""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor

from flatgia.federated.methods.base import Method
from flatgia.gradients.backend import Backend, Mode
from flatgia.networks.network import Params, State, split_state
from flatgia.networks.statistics import Statistics


class Victim(NamedTuple):
    """The network, the state that the client got, and what it runs."""

    backend: Backend
    state: State
    method: Method | None  # None: it shares the plain gradient
    broadcast: Params | None  # what the server of FedGF sends beside the weights
    mode: Mode = "eval"  # train: norms take the statistics of the batch

    @property
    def params(self) -> Params:
        """The parameters, of which there is a gradient."""
        return split_state(self.backend.network, self.state)[0]

    def statistics(self, inputs: Tensor) -> Statistics:
        """Of what enters each batch norm, for inputs (B, C, H, W)."""
        return self.backend.statistics(self.state, inputs, self.mode)

    def gradient(self) -> Callable[[Tensor, Tensor], Params]:
        """Inputs (B, C, H, W) and labels (B,) to the gradient that the client shares."""

        params, buffers = split_state(self.backend.network, self.state)

        def gradient(inputs: Tensor, labels: Tensor) -> Params:
            gradient_at = self.backend.gradient(inputs, labels, buffers, self.mode)
            if self.method is None:
                return gradient_at(params)
            return self.method.gradient(gradient_at, params, self.broadcast)

        return gradient
