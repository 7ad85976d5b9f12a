"""LM: Levenberg-Marquardt on the gradient's nonlinear least squares; a second-order attack, ours.

An image has fewer pixels than the gradient has entries, so one image behind a plain gradient is as good as determined.
This attack finds it where the first-order attacks stop short: it tells what a gradient holds, not what is cheap.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from flatgia.attacks.methods.quasi_newton import QuasiNewton
from flatgia.attacks.view import Attack, Attempt, View
from flatgia.core.parameters import Count, Counts, Nonnegative, Positive, Weights
from flatgia.core.progress import Progress
from flatgia.gradients.jacobian import columns, flat, gram, ridge
from flatgia.gradients.objectives import ObjectiveName

Residual = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class LM(Attack):
    """Damping is a share of the mean of J^T J's diagonal: a fifth after a success, five times after a failure."""

    steps: Count
    """Each takes the whole Jacobian."""
    restarts: Count
    """Random starts; that of least gradient cost gives the answer."""
    start: Nonnegative
    """Deviation of the random start, in model inputs."""
    damping: Positive
    """Share of the mean of J^T J's diagonal; a fifth after a success, five times after a failure."""
    tolerance: Nonnegative
    """Stop below this relative cost, the squared distance over the squared norm of the observed gradient."""
    columns: Count = 256
    """Of the Jacobian at once; no number depends on it."""
    warm_tv: Weights = ()
    """Of a `quasi_newton` whose answer is the start, the weights of the total variation; none: the start is random."""
    warm_steps: Counts = ()
    """Of the same, the steps with each weight."""
    warm_objective: ObjectiveName = "units"
    """Of the same, as there."""

    def run(self, view: View) -> Attempt:
        """One candidate after another: a Jacobian fills the memory that a batch would share."""
        labels, observed = view.repeated(self.restarts)
        starts = self._starts(view)
        progress = Progress(len(starts) * self.steps, view.label)
        found = [
            self._solve(residual_of(view, label, one), start, progress)
            for start, label, *one in zip(starts, labels, *observed, strict=True)
        ]
        inputs, cost, curve = zip(*found, strict=True)
        return Attempt(torch.stack(inputs), torch.stack(cost), torch.stack(curve, 1))

    def _starts(self, view: View) -> Tensor:
        if self.warm_tv:
            warm = QuasiNewton(self.warm_objective, self.warm_tv, self.warm_steps, self.restarts, self.start)
            return warm.run(view).inputs.detach()
        return self.start * view.noise(self.restarts, view.shape)

    @torch.no_grad()
    def _solve(self, residual: Residual, x: Tensor, progress: Progress) -> tuple[Tensor, Tensor, Tensor]:
        """The candidate, its relative cost, and that cost before each step and at the end (steps + 1,)."""
        error = residual(x)
        cost, damping = error.square().sum(), self.damping
        curve, normal, slope = [cost], None, None
        for _ in range(self.steps):
            if cost > self.tolerance:
                if normal is None or slope is None:
                    normal, slope = normal_equations(residual, x, error, self.columns)
                ahead = x - ridge(normal, slope, damping * normal.diagonal().mean()).to(x).view_as(x)
                error_ahead = residual(ahead)
                if error_ahead.square().sum() < cost:
                    x, error, cost, normal = ahead, error_ahead, error_ahead.square().sum(), None
                    damping /= 5
                else:
                    damping *= 5
            curve.append(cost)
            progress.update(1, f"cost {cost:.3g}")
        return x, cost, torch.stack(curve)


def residual_of(view: View, label: Tensor, observed: list[Tensor]) -> Residual:
    """Inputs (B, C, H, W) to the modelled less the observed gradient (P,), over the observed gradient's norm."""
    target = flat(observed)

    def residual(inputs: Tensor) -> Tensor:
        return (flat(view.gradient(inputs, label).values()) - target) / target.norm()

    return residual


def normal_equations(residual: Residual, x: Tensor, error: Tensor, at_once: int) -> tuple[Tensor, Tensor]:
    """J^T J (D, D) and J^T r (D,), in double precision, of the residual's Jacobian J (P, D)."""
    jacobian = columns(residual, x, at_once=at_once)
    return gram(jacobian), (jacobian @ error).double()
