"""SGD."""

from dataclasses import dataclass

from torch import Tensor

from flatgia.training.optimiser import Loss, Memory, Optimiser


@dataclass(frozen=True)
class SGD(Optimiser):
    """grad L(w)."""

    def direction(self, loss: Loss, weights: Tensor, memory: Memory) -> tuple[Tensor, Memory]:
        """One gradient."""
        return loss.gradient(weights), memory
