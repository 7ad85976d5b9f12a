"""The models that the server sends: one batch norm differs, so that it knows the embedding and the logits of each client."""

from dataclasses import dataclass

import torch
from torch import Tensor

from flatgia.networks.network import Params, State
from flatgia.studies.lia.tap import Readout, Tap


@dataclass(frozen=True)
class Fishing:
    """The honest `state` but for the norm, whose weights are `gamma` (a share of the honest ones) and whose biases are a row of
    `betas` (N, C)."""

    state: State
    tap: Tap
    gamma: float
    betas: Tensor

    def weight(self) -> Tensor:
        """(C,) of the norm."""
        return self.gamma * self.state[f"{self.tap.norm}.weight"]

    def model(self, client: int) -> State:
        """What one client is sent."""
        return self.state | {f"{self.tap.norm}.weight": self.weight(), f"{self.tap.norm}.bias": self.betas[client]}

    def known(self) -> Params:
        """The parameters that the server models, a row a client: the norm's biases, the last layer's weights and biases."""
        count, head = len(self.betas), self.tap.head
        repeated = {
            name: self.state[name].expand(count, *self.state[name].shape) for name in (f"{head}.weight", f"{head}.bias")
        }
        return repeated | {f"{self.tap.norm}.bias": self.betas}

    def embeddings(self, readout: Readout) -> Tensor:
        """E (N, d)."""
        one = torch.func.vmap(lambda beta: readout.embedding(self.weight(), beta), chunk_size=32)
        return one(self.betas)
