"""ASAM (Kwon et al. 2021): SAM in a ball that scales with the weights."""

from dataclasses import dataclass

import torch
from torch import Tensor

from flatgia.core.parameters import Nonnegative
from flatgia.training.optimiser import Loss, Memory, Optimiser


def adaptive_ascent(weights: Tensor, gradient: Tensor, scaled: Tensor, rho: float, eta: float) -> Tensor:
    """delta = rho T^2 g / (||T g|| + 1e-12), T = |w| + eta where `scaled` (weights, not biases) and 1 elsewhere; all (P,)."""
    scale = torch.where(scaled, weights.abs() + eta, 1.0)
    stretched = scale * gradient
    return scale * stretched * (rho / (torch.linalg.vector_norm(stretched) + 1e-12))


@dataclass(frozen=True)
class ASAM(Optimiser):
    """grad L(w + delta), ||T^-1 delta|| = rho."""

    rho: Nonnegative
    """Radius of the ball."""
    eta: Nonnegative
    """Added to |w|."""

    def direction(self, loss: Loss, weights: Tensor, memory: Memory) -> tuple[Tensor, Memory]:
        """Two gradients of the same mini-batch."""
        gradient = loss.gradient(weights)
        return loss.gradient(
            weights + adaptive_ascent(weights, gradient, loss.weight_entries, self.rho, self.eta)
        ), memory
