"""The server's side: from the sums of gradients to the labels of each client."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear

from flatgia.networks.network import Params
from flatgia.studies.lia.counts import unscaled, whole
from flatgia.studies.lia.fishing import Fishing
from flatgia.studies.lia.program import Program
from flatgia.studies.lia.solve import System
from flatgia.studies.lia.tap import Readout

CORRECTIONS = 6


class Recovery:
    """What the server knows beforehand: its models, and the program that it believes its clients to run."""

    def __init__(self, fishing: Fishing, readout: Readout, believed: Program, images: int, weights: Tensor):
        """`images` of each client; `weights` (N,) with which the sum takes them."""
        self.fishing, self.readout, self.believed = fishing, readout, believed
        self.images, self.weights = images, weights.double()
        self.weight_name, self.bias_name = f"{fishing.tap.head}.weight", f"{fishing.tap.head}.bias"

    def labels(self, observed: Tensor, system: System) -> Tensor:
        """Counts (N, K) from the sums of the last layer's gradients (K, d + 1), weights beside biases.

        Each client's part of the sum is predicted from its supposed labels; what is left over is parted by the system, and
        corrects them. What is predicted is exact, and one correction all there is, where the gradient is plain.
        """
        count, classes = len(self.fishing.betas), len(observed)
        supposed = torch.full((count, classes), 1 / classes, dtype=torch.float64)
        best, least = supposed, float("inf")
        for _ in range(CORRECTIONS):
            rest = observed.double() - self._predicted(supposed)
            if (size := float(rest.norm())) < least:
                best, least = supposed, size
            moved = supposed - system.clients(rest) / (self.weights[:, None] * self.believed.steps)
            counts = whole(moved, self.images)
            if torch.equal(counts, whole(supposed, self.images)):
                best = moved
                break
            supposed = counts / self.images
        else:
            rest = observed.double() - self._predicted(supposed)
            best = supposed if float(rest.norm()) < least else best
        return whole(best, self.images)

    def labels_unscaled(self, observed: Tensor, system: System) -> Tensor:
        """The same in one step where the scale of each client's part is unknown: it is clipped, or its weight is its own."""
        known = self.fishing.known()
        embeddings = self.fishing.embeddings(self.readout)
        logits = embeddings @ known[self.weight_name][0].T + known[self.bias_name][0]
        return unscaled(system.clients(observed), logits.double().softmax(1), self.images)

    def _predicted(self, labels: Tensor) -> Tensor:
        """The sum (K, d + 1) if the clients had shares of labels (N, K)."""
        total: Tensor | None = None
        known = self.fishing.known()
        one = torch.func.vmap(self._one)
        for rows in torch.arange(len(labels)).split(32):
            params = {name: value[rows] for name, value in known.items()}
            found = one(params, labels[rows].to(self.fishing.betas))
            joined = torch.cat([found[self.weight_name], found[self.bias_name][..., None]], 2).double()
            part = (joined * self.weights[rows, None, None]).sum(0)
            total = part if total is None else total + part
        assert total is not None
        return total

    def _one(self, params: Params, labels: Tensor) -> Params:
        """What one client shares of the parameters that the server models."""
        norm = f"{self.fishing.tap.norm}.bias"

        def loss(at: Params) -> Tensor:
            embedding = self.readout.embedding(self.fishing.weight(), at[norm])
            return cross_entropy(linear(embedding, at[self.weight_name], at[self.bias_name]), labels)

        return self.believed.shared(params, [torch.func.grad(loss)] * self.believed.steps)
