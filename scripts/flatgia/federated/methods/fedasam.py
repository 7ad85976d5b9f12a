"""FedASAM (Caldarola et al. 2022): SAM in a ball that scales with the weights."""

from dataclasses import dataclass

import torch

from flatgia.core.parameters import Nonnegative
from flatgia.federated import tree
from flatgia.federated.methods.base import Method
from flatgia.gradients.backend import GradientAt
from flatgia.networks.network import Params


def adaptive_ascent(params: Params, gradient: Params, rho: float, eta: float) -> Params:
    """delta = rho T^2 g / ||T g||, T = |w| + eta on weights and 1 on biases (Kwon et al. 2021)."""
    scale = {n: torch.ones_like(w) if n.endswith("bias") else w.abs() + eta for n, w in params.items()}
    scaled = {name: scale[name] * tensor for name, tensor in gradient.items()}
    length = rho / (tree.norm(scaled) + 1e-12)
    return {name: length * scale[name] * tensor for name, tensor in scaled.items()}


@dataclass(frozen=True)
class FedASAM(Method):
    """grad L(w + delta), ||T^-1 delta|| = rho."""

    rho: Nonnegative
    """Radius of the ball (4.3)."""
    eta: Nonnegative
    """Added to |w|; see below."""

    def gradient(self, gradient_at: GradientAt, params: Params, broadcast: Params | None) -> Params:
        """grad L(w + delta); the same mini-batch serves both passes."""
        if self.rho == 0:
            return gradient_at(params)
        delta = adaptive_ascent(params, gradient_at(params), self.rho, self.eta)
        return gradient_at(tree.add(params, delta))
