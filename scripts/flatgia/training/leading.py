"""The leading eigenvector of the mini-batch Hessian, refreshed now and then along a training."""

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor

from flatgia.core.seeds import generator
from flatgia.curvature.lanczos import lanczos
from flatgia.gradients.power import power_iteration
from flatgia.training.optimiser import Loss, Memory

By = Literal["power", "lanczos"]


def start(size: int, *seed: object) -> Memory:
    """A random unit vector `v` (P,) to begin at, and the number of steps taken, 0."""
    drawn = torch.randn(size, generator=generator("leading eigenvector", *seed))
    return {"v": drawn / drawn.norm(), "step": torch.tensor(0)}


def leading(loss: Loss, weights: Tensor, memory: Memory, by: By, every: int, iterations: int) -> tuple[Tensor, Memory]:
    """v (P,) for this step, and the memory for the next: refreshed, from where it was, at steps 0, every, 2 every, ..."""
    vector, step = memory["v"], int(memory["step"])
    if step % every == 0:
        find = power_iteration if by == "power" else largest
        vector = find(loss.hessian(weights), vector.double(), iterations).to(weights.dtype)
    return vector, {"v": vector, "step": torch.tensor(step + 1)}


def largest(product: Callable[[Tensor], Tensor], start: Tensor, steps: int) -> Tensor:
    """The unit Ritz vector (P,) of the largest algebraic value after so many Lanczos steps, on the side of `start`."""
    diagonal, off, basis = lanczos(product, start.double(), steps)
    if not (diagonal.isfinite().all() and off.isfinite().all()):  # the training has diverged, which its loop says
        return start
    _, vectors = torch.linalg.eigh(torch.diag(diagonal) + torch.diag(off[:-1], 1) + torch.diag(off[:-1], -1))
    found = vectors[:, -1] @ basis
    return torch.where(vectors[0, -1] < 0, -found, found) / found.norm()
