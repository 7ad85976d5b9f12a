"""Eigen-SAM (Luo et al. 2024): SAM's perturbation turned towards the leading eigenvector."""

from dataclasses import dataclass

import torch
from torch import Tensor

from flatgia.core.parameters import Count, Nonnegative
from flatgia.training import leading
from flatgia.training.optimiser import Loss, Memory, Optimiser


def turned_ascent(gradient: Tensor, vector: Tensor, rho: float, alpha: float) -> Tensor:
    """rho (u + alpha sign(g.v) (v - (v.u) u)), u = g / ||g||, (P,), as in the published code; the sign of v does not matter."""
    unit = gradient / (torch.linalg.vector_norm(gradient) + 1e-12)
    along = vector @ unit
    return rho * (unit + alpha * along.sign() * (vector - along * unit))


@dataclass(frozen=True)
class EigenSAM(Optimiser):
    """grad L(w + eps), eps as `turned_ascent`."""

    rho: Nonnegative
    """Radius of SAM's ball."""
    alpha: Nonnegative
    """How far towards v."""
    by: leading.By
    """How v is found."""
    every: Count
    """Steps between two refreshes of v."""
    iterations: Count
    """Hessian products of a refresh."""

    def start(self, size: int, *seed: object) -> Memory:
        """A random v."""
        return leading.start(size, *seed)

    def direction(self, loss: Loss, weights: Tensor, memory: Memory) -> tuple[Tensor, Memory]:
        """Two gradients, and a refresh where one is due."""
        gradient = loss.gradient(weights)  # first: it moves the running statistics
        vector, memory = leading.leading(loss, weights, memory, self.by, self.every, self.iterations)
        return loss.gradient(weights + turned_ascent(gradient, vector, self.rho, self.alpha)), memory
