"""X-SAM (arXiv 2601.10251): SAM's gradient, of unit length, corrected along the leading eigenvector.

alpha = 0 is normalised SAM.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from flatgia.core.parameters import Count, Nonnegative
from flatgia.training import leading
from flatgia.training.optimiser import Loss, Memory, Optimiser
from flatgia.training.sam import ascent

Rule = Literal["official", "signfree", "paper"]


def corrected(gradient: Tensor, vector: Tensor, alpha: float, rule: Rule) -> Tensor:
    """u - alpha c v, (P,), with u = g_a / ||g_a|| and s = u.v; v is of unit length.

    c is |s| (`official`: the published code), s (`signfree`: ours, the same for -v) or sign(s) g_a.v (`paper`: Eq. 11, the
    projection not normalised). The first and the last hang on the sign of v, which an eigenvector does not have.
    """
    size = torch.linalg.vector_norm(gradient)
    unit = gradient / (size + 1e-12)
    along = unit @ vector
    coefficient = {"official": along.abs(), "signfree": along, "paper": along.sign() * (gradient @ vector)}[rule]
    return unit - alpha * coefficient * vector


@dataclass(frozen=True)
class XSAM(Optimiser):
    """u - alpha c v, with g_a = grad L(w + delta) as SAM's."""

    rho: Nonnegative
    """Radius of SAM's ball."""
    alpha: Nonnegative
    """Strength of the correction; 0 needs no v."""
    rule: Rule
    """Which correction."""
    by: leading.By
    """How v is found."""
    every: Count
    """Steps between two refreshes of v."""
    iterations: Count
    """Hessian products of a refresh."""

    unit: ClassVar[bool] = True

    def start(self, size: int, *seed: object) -> Memory:
        """A random v, if one is needed."""
        return leading.start(size, *seed) if self.alpha else {}

    def direction(self, loss: Loss, weights: Tensor, memory: Memory) -> tuple[Tensor, Memory]:
        """Two gradients, and a refresh where one is due: from the first step on, where the published code waits `every`."""
        perturbed = loss.gradient(weights + ascent(loss.gradient(weights), self.rho))
        if not self.alpha:
            return perturbed / (torch.linalg.vector_norm(perturbed) + 1e-12), memory
        vector, memory = leading.leading(loss, weights, memory, self.by, self.every, self.iterations)
        return corrected(perturbed, vector, self.alpha, self.rule), memory
