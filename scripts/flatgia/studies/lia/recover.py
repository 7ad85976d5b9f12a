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

DAMPINGS = (1.0, 0.5, 0.25)
STEPS = 6
EXPLAINED = 1e-3  # of the sum may be left over where the answer is right


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
        corrects them. Of a plain gradient the prediction is exact, and one whole correction all there is; where the
        corrections do not settle they are made smaller, and of all answers the one that explains the sum best is taken.
        """
        best, least = None, float("inf")
        for damping in DAMPINGS:
            counts = whole(self._settled(observed, system, damping), self.images)
            rest = float((observed.double() - self._predicted(counts / self.images)).norm())
            if rest < least:
                best, least = counts, rest
            if least < EXPLAINED * float(observed.norm()):
                break
        assert best is not None
        return best

    def _settled(self, observed: Tensor, system: System, damping: float) -> Tensor:
        """Shares (N, K), not negative and of sum 1, where the corrections come to rest, or after `STEPS` / damping of them."""
        count, classes = len(self.fishing.betas), len(observed)
        shares = torch.full((count, classes), 1 / classes, dtype=torch.float64)
        for _ in range(round(STEPS / damping)):
            rest = observed.double() - self._predicted(shares)
            parts = system.clients(rest) / (self.weights[:, None] * self.believed.steps)
            after = (shares - damping * parts).clamp(min=0)
            after = after / after.sum(1, keepdim=True).clamp(min=1e-12)
            settled = float((after - shares).abs().max()) < 0.01 / self.images
            shares = after
            if settled:
                break
        return shares

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
