"""L-BFGS with a backtracking line search, on many candidates at once, each with its own steps and history."""

from collections.abc import Callable

import torch
from torch import Tensor

from flatgia.attacks.optimisers.descent import POINTS
from flatgia.attacks.optimisers.two_loop import Direction, Pair, direction_from
from flatgia.core.progress import Progress

Step = Callable[[Tensor], tuple[Tensor, Tensor, Tensor]]  # candidates to gradients, costs (N,), matching costs (N,)
ARMIJO = 1e-4  # share of the promised decrease that a step must bring


@torch.no_grad()
def minimise(
    step: Step, start: Tensor, steps: int, history: int, label: str, direction_of: Direction = direction_from
) -> tuple[Tensor, Tensor, Tensor]:
    """Candidates (N, ...), their matching costs (N,) and the curve of those (points, N); a cost never rises.

    One evaluation a step: a candidate whose move does not lower its cost enough tries a shorter one at the next step.
    Every decision is relative to the candidate's own scale, so a cost times a constant gives the same path.
    """
    x = start.clone()
    raw, cost, match = step(x)
    gradient = raw.flatten(1)
    pairs: list[Pair] = []
    scale = length = 1 / gradient.abs().sum(1).clamp(min=1e-30)  # a first move of l1 norm 1
    direction = -gradient
    curve, every, progress = [match.clone()], max(1, steps // POINTS), Progress(steps, label)
    for number in range(1, steps + 1):
        move = length[:, None] * direction
        raw, cost_there, match_there = step(x + move.view_as(x))
        there = raw.flatten(1)
        promised = (gradient * move).sum(1)
        good = (cost_there <= cost + ARMIJO * promised) & there.isfinite().all(1)
        change = torch.where(good[:, None], there - gradient, 0.0)
        move = torch.where(good[:, None], move, 0.0)
        product = (move * change).sum(1)
        useful = product > 1e-8 * move.norm(dim=1) * change.norm(dim=1)
        # A candidate without a useful pair gets one of weight zero.
        pairs = [*pairs, (move, change, torch.where(useful, 1 / product, 0.0))][-history:]
        scale = torch.where(useful, product / change.square().sum(1), scale)
        x = x + move.view_as(x)
        gradient = torch.where(good[:, None], there, gradient)
        shorter = _shorter(length, promised, cost_there - cost)
        cost, match = torch.where(good, cost_there, cost), torch.where(good, match_there, match)
        ahead = direction_of(gradient, pairs, scale)
        lost = ~((ahead * gradient).sum(1) < 0)  # rounding, or NaN: back to the steepest descent
        ahead = torch.where(lost[:, None], -scale[:, None] * gradient, ahead)
        direction = torch.where(good[:, None], ahead, direction)
        length = torch.where(good, 1.0, shorter)
        if number % every == 0 or number == steps:
            curve.append(match.clone())
        progress.update(1, f"cost {match.nanmean():.3g}" if number % every == 0 else "")
    return x, match, torch.stack(curve)


def _shorter(length: Tensor, promised: Tensor, change: Tensor) -> Tensor:
    """The minimum of the parabola through what was seen, between a tenth and a half of the length tried."""
    best = -promised * length / (2 * (change - promised))
    return torch.where(best.isfinite(), best, 0.0).clamp(min=0.1 * length, max=0.5 * length)
