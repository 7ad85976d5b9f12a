"""FedSAM (Qu et al. 2022): the gradient at the worst point within a ball."""

from dataclasses import dataclass

from flatgia.core.parameters import Nonnegative
from flatgia.federated import tree
from flatgia.federated.methods.base import Method
from flatgia.gradients.backend import GradientAt
from flatgia.networks.network import Params


def ascent(gradient: Params, rho: float) -> Params:
    """delta = rho g / (||g|| + 1e-12), one norm over all tensors (Foret et al. 2020)."""
    scale = rho / (tree.norm(gradient) + 1e-12)
    return {name: scale * tensor for name, tensor in gradient.items()}


@dataclass(frozen=True)
class FedSAM(Method):
    """grad L(w + delta), ||delta|| = rho; rho = 0 is FedAvg."""

    rho: Nonnegative
    """Radius of the ball (4.3)."""

    def gradient(self, gradient_at: GradientAt, params: Params, broadcast: Params | None) -> Params:
        """grad L(w + delta); the same mini-batch serves both passes."""
        if self.rho == 0:
            return gradient_at(params)
        return gradient_at(tree.add(params, ascent(gradient_at(params), self.rho)))
