"""How far L-BFGS goes along its direction: as far as told, or until the cost falls enough; for many candidates at once."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

ARMIJO = 1e-4  # share of the promised decrease that a step must bring


class Search(Protocol):
    """What the search decides for candidates (N, ...); gradients and moves are (N, D), all else (N,)."""

    def first(self, gradient: Tensor) -> Tensor:
        """The length of the first move along the steepest descent."""

    def scale(self, gradient: Tensor) -> Tensor:
        """The scale of the inverse Hessian before there is a pair."""

    def accepts(self, cost: Tensor, there: Tensor, promised: Tensor, gradient: Tensor) -> Tensor:
        """Whether a move to the cost `there`, where `gradient` is found, is made; `promised` is the first-order change."""

    def useful(self, product: Tensor, move: Tensor, change: Tensor) -> Tensor:
        """Whether move and change of the gradient, whose inner product is given, make a pair."""

    def length(self, good: Tensor, length: Tensor, promised: Tensor, change: Tensor) -> Tensor:
        """The next length, after a move that was made or not changed the cost so."""

    def direction(self, good: Tensor, ahead: Tensor, before: Tensor, gradient: Tensor, scale: Tensor) -> Tensor:
        """The next direction, of the one that L-BFGS gives and the one before."""


@dataclass(frozen=True)
class FixedRate:
    """As torch.optim.LBFGS without a line search: every move is made."""

    rate: float

    def first(self, gradient: Tensor) -> Tensor:
        return self.rate * (1 / gradient.abs().sum(1)).clamp(max=1)

    def scale(self, gradient: Tensor) -> Tensor:
        return gradient.new_ones(len(gradient))

    def accepts(self, cost: Tensor, there: Tensor, promised: Tensor, gradient: Tensor) -> Tensor:
        return torch.ones_like(cost, dtype=torch.bool)

    def useful(self, product: Tensor, move: Tensor, change: Tensor) -> Tensor:
        return product > 1e-10

    def length(self, good: Tensor, length: Tensor, promised: Tensor, change: Tensor) -> Tensor:
        return torch.full_like(length, self.rate)

    def direction(self, good: Tensor, ahead: Tensor, before: Tensor, gradient: Tensor, scale: Tensor) -> Tensor:
        return ahead


@dataclass(frozen=True)
class Backtracking:
    """A move that does not lower the cost enough is tried shorter at the next step: one evaluation a step.

    Every decision is relative to the candidate's own scale, so a cost times a constant gives the same path.
    """

    def first(self, gradient: Tensor) -> Tensor:
        return 1 / gradient.abs().sum(1).clamp(min=1e-30)  # a move of l1 norm 1

    def scale(self, gradient: Tensor) -> Tensor:
        return self.first(gradient)

    def accepts(self, cost: Tensor, there: Tensor, promised: Tensor, gradient: Tensor) -> Tensor:
        return (there <= cost + ARMIJO * promised) & gradient.isfinite().all(1)

    def useful(self, product: Tensor, move: Tensor, change: Tensor) -> Tensor:
        return product > 1e-8 * move.norm(dim=1) * change.norm(dim=1)

    def length(self, good: Tensor, length: Tensor, promised: Tensor, change: Tensor) -> Tensor:
        # The minimum of the parabola through what was seen, between a tenth and a half of the length tried.
        best = -promised * length / (2 * (change - promised))
        shorter = torch.where(best.isfinite(), best, 0.0).clamp(min=0.1 * length, max=0.5 * length)
        return torch.where(good, 1.0, shorter)

    def direction(self, good: Tensor, ahead: Tensor, before: Tensor, gradient: Tensor, scale: Tensor) -> Tensor:
        lost = ~((ahead * gradient).sum(1) < 0)  # rounding, or NaN: back to the steepest descent
        ahead = torch.where(lost[:, None], -scale[:, None] * gradient, ahead)
        return torch.where(good[:, None], ahead, before)
