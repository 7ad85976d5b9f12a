"""L-BFGS on many candidates at once, each with its own steps and history; a search says how far each step goes."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from flatgia.attacks.optimisers.descent import POINTS, Step
from flatgia.attacks.optimisers.searches import Backtracking, FixedRate, Search
from flatgia.attacks.optimisers.two_loop import Direction, Pair, direction_from
from flatgia.core.progress import Progress


class State(NamedTuple):
    """Candidates (N, ...), their costs (N,), and the matching costs (N,) among them."""

    x: Tensor
    cost: Tensor
    match: Tensor


def iterates(
    step: Step, start: Tensor, steps: int, history: int, search: Search, direction_of: Direction
) -> Iterator[State]:
    """The start, then the state after each of `steps` steps; one evaluation each."""
    x = start.clone()
    raw, cost, match = step(x)
    gradient = raw.flatten(1)
    yield State(x, cost, match)
    pairs: list[Pair] = []
    scale, length, direction = search.scale(gradient), search.first(gradient), -gradient
    for number in range(1, steps + 1):
        move = length[:, None] * direction
        raw, cost_there, match_there = step(x + move.view_as(x))
        there = raw.flatten(1)
        promised = (gradient * move).sum(1)
        good = search.accepts(cost, cost_there, promised, there)
        change = torch.where(good[:, None], there - gradient, 0.0)
        move = torch.where(good[:, None], move, 0.0)
        product = (move * change).sum(1)
        useful = search.useful(product, move, change)
        # A candidate without a useful pair gets one of weight zero.
        pairs = [*pairs, (move, change, torch.where(useful, 1 / product, 0.0))][-history:]
        scale = torch.where(useful, product / change.square().sum(1), scale)
        x = x + move.view_as(x)
        gradient = torch.where(good[:, None], there, gradient)
        length = search.length(good, length, promised, cost_there - cost)
        cost, match = torch.where(good, cost_there, cost), torch.where(good, match_there, match)
        yield State(x, cost, match)
        if number < steps:
            direction = search.direction(good, direction_of(gradient, pairs, scale), direction, gradient, scale)


@torch.no_grad()
def minimise(
    step: Step, start: Tensor, steps: int, history: int, label: str, direction_of: Direction = direction_from
) -> tuple[Tensor, Tensor, Tensor]:
    """With a backtracking line search: candidates (N, ...), matching costs (N,) and their curve (points, N); a cost never
    rises."""
    curve, every, progress = [], max(1, steps // POINTS), Progress(steps, label)
    for number, state in enumerate(iterates(step, start, steps, history, Backtracking(), direction_of)):
        if number % every == 0 or number == steps:
            curve.append(state.match.clone())
        if number:
            progress.update(1, f"cost {state.match.nanmean():.3g}" if number % every == 0 else "")
    return state.x, state.match, torch.stack(curve)


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
    """At a fixed rate, as the original iDLG: candidates (N, ...), costs (N,) and cost curve (points, N).

    A candidate diverges if its cost ends above where it began, or is not finite; it is retried with a tenth of the rate. The
    best point of all its runs is returned.
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
    states = iterates(step, start, steps, history, FixedRate(rate), direction_of)
    best, best_cost, _ = next(states)
    curve, every, progress = [best_cost.clone()], max(1, steps // POINTS), Progress(steps, label)
    last = best_cost
    for number, (x, last, _) in enumerate(states, 1):
        better = last < best_cost
        best = torch.where(better.view(-1, *[1] * (x.dim() - 1)), x, best)
        best_cost = torch.where(better, last, best_cost)
        if number % every == 0 or number == steps:
            curve.append(best_cost.clone())
        progress.update(1, f"cost {best_cost.nanmean():.3g}" if number % every == 0 else "")
    return best, best_cost, torch.stack(curve), last.clone()
