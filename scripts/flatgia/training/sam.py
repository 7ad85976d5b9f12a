"""SAM (Foret et al. 2020)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from flatgia.core.parameters import Nonnegative
from flatgia.training.optimiser import Loss, Memory, Optimiser


def ascent(gradient: Tensor, rho: float) -> Tensor:
    """delta = rho g / (||g|| + 1e-12), (P,)."""
    return gradient * (rho / (torch.linalg.vector_norm(gradient) + 1e-12))


@dataclass(frozen=True)
class SAM(Optimiser):
    """grad L(w + delta), ||delta|| = rho."""

    rho: Nonnegative
    """Radius of the ball."""

    def direction(self, loss: Loss, weights: Tensor, memory: Memory) -> tuple[Tensor, Memory]:
        """Two gradients of the same mini-batch."""
        return loss.gradient(weights + ascent(loss.gradient(weights), self.rho)), memory
