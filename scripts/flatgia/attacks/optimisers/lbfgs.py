"""L-BFGS on many candidates at once, each with its own history; no line search, as in the original iDLG."""

import torch
from torch import Tensor

from flatgia.attacks.optimisers.backtracking import Step
from flatgia.attacks.optimisers.descent import POINTS
from flatgia.attacks.optimisers.two_loop import Direction, Pair, direction_from
from flatgia.core.progress import Progress


@torch.no_grad()
def lbfgs(
    step: Step,
    start: Tensor,
    learning_rate: float,
    steps: int,
    history: int,
    label: str,
    retries: int = 3,
    direction_of: Direction = direction_from,
) -> tuple[Tensor, Tensor, Tensor]:
    """Candidates (N, ...), costs (N,) and cost curve (points, N); those that diverge are retried with a tenth of the rate.

    A candidate diverges if its cost ends above where it began, or is not finite. The best point of all its runs is returned.
    """
    result, cost, curve, last = _run(step, start, learning_rate, steps, history, label, direction_of)
    for retry in range(1, retries + 1):
        bad = ~(last < curve[0])
        if not bad.any():
            break
        rate = learning_rate * 0.1**retry
        said = f"{label}, {int(bad.sum())} diverged, retry at {rate:.3g}"
        again, cost_again, curve_again, last_again = _run(step, start, rate, steps, history, said, direction_of)
        take = bad & (cost_again < cost.nan_to_num(nan=torch.inf))
        result[take], cost[take], curve[:, take] = again[take], cost_again[take], curve_again[:, take]
        last[bad] = last_again[bad]
    return result, cost, curve


def _run(
    step: Step, start: Tensor, rate: float, steps: int, history: int, label: str, direction_of: Direction
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The best points, their costs, the curve of the best cost, and the last cost."""
    x = start.clone()
    raw, cost, _ = step(x)
    gradient = raw.flatten(1)
    best, best_cost, curve = x.clone(), cost.clone(), [cost.clone()]
    pairs: list[Pair] = []
    scale = torch.ones_like(cost)
    direction = -gradient
    move = (rate * (1 / gradient.abs().sum(1)).clamp(max=1))[:, None] * direction
    every, progress = max(1, steps // POINTS), Progress(steps, label)
    for number in range(1, steps + 1):
        x = x + move.view_as(x)
        raw, cost, _ = step(x)
        change = raw.flatten(1) - gradient
        gradient = raw.flatten(1)
        product = (change * move).sum(1)
        useful = product > 1e-10
        # A pair without positive curvature counts for nothing: its weight is zero.
        pairs.append((move, change, torch.where(useful, 1 / product, 0.0)))
        pairs = pairs[-history:]
        scale = torch.where(useful, product / change.square().sum(1), scale)
        better = cost < best_cost
        best = torch.where(better.view(-1, *[1] * (x.dim() - 1)), x, best)
        best_cost = torch.where(better, cost, best_cost)
        if number % every == 0 or number == steps:
            curve.append(best_cost.clone())
        progress.update(1, f"cost {best_cost.nanmean():.3g}" if number % every == 0 else "")
        if number < steps:
            move = rate * direction_of(gradient, pairs, scale)
    return best, best_cost, torch.stack(curve), cost.clone()
