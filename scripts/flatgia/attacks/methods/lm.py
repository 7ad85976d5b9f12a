"""LM: Levenberg-Marquardt on the gradient's nonlinear least squares; a second-order attack, ours.

An image has fewer pixels than the gradient has entries, so one image behind a plain gradient is as good as determined.
This attack finds it where the first-order attacks stop short: it tells what a gradient holds, not what is cheap.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import jvp, vmap

from flatgia.attacks.view import Attack, Attempt, View
from flatgia.core.parameters import Count, Nonnegative, Positive
from flatgia.core.progress import Progress

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
    columns: Count = 128
    """Of the Jacobian at once; no number depends on it."""

    def run(self, view: View) -> Attempt:
        """One candidate after another: a Jacobian fills the memory that a batch would share."""
        labels, observed = view.repeated(self.restarts)
        starts = self.start * view.noise(self.restarts, view.shape)
        progress = Progress(len(starts) * self.steps, view.label)
        found = [
            self._solve(residual_of(view, label, one), start, progress)
            for start, label, *one in zip(starts, labels, *observed, strict=True)
        ]
        inputs, cost, curve = zip(*found, strict=True)
        return Attempt(torch.stack(inputs), torch.stack(cost), torch.stack(curve, 1))

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
                ahead = x - solve(normal, slope, damping).view_as(x)
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
    target = torch.cat([tensor.flatten() for tensor in observed])

    def residual(inputs: Tensor) -> Tensor:
        modelled = torch.cat([tensor.flatten() for tensor in view.gradient(inputs, label).values()])
        return (modelled - target) / target.norm()

    return residual


def normal_equations(residual: Residual, x: Tensor, error: Tensor, columns: int) -> tuple[Tensor, Tensor]:
    """J^T J (D, D) and J^T r (D,), in double precision, of the Jacobian J (P, D) by forward mode."""
    basis = torch.eye(x.numel(), dtype=x.dtype, device=x.device).view(-1, *x.shape)
    push = vmap(lambda direction: jvp(residual, (x,), (direction,))[1])
    jacobian = torch.cat([push(part) for part in basis.split(columns)])  # (D, P)
    return (jacobian @ jacobian.T).double(), (jacobian @ error).double()


def solve(normal: Tensor, slope: Tensor, damping: float) -> Tensor:
    """(J^T J + damping mean(diag) I)^-1 J^T r, as float32."""
    damped = normal + damping * normal.diagonal().mean() * torch.eye(
        len(normal), dtype=normal.dtype, device=normal.device
    )
    factor = torch.linalg.cholesky_ex(damped).L
    return torch.cholesky_solve(slope[:, None], factor)[:, 0].float()
