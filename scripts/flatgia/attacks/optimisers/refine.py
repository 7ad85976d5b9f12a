"""Refinement: L-BFGS on the pixels through ever weaker priors, and a choice among them that needs no truth.

A strong prior leads past the local minima, a weak one lets the gradient decide. How weak is right depends on how good the
attacker's model of the client is: with the right model the matching cost falls with the prior as far as arithmetic goes;
with a wrong one (a client that perturbs its weights first) it stays at the model's error, and a weaker prior only fits
that error. So, as in Morozov's discrepancy principle, the answer is the strongest prior whose cost is near the least one.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from flatgia.attacks.optimisers.lbfgs import minimise
from flatgia.attacks.optimisers.pixels import pixel_step
from flatgia.attacks.priors import Prior
from flatgia.attacks.view import Attempt, View
from flatgia.gradients.objectives import Objective

EDGE = 0.1  # in model inputs: smaller differences than this count as texture, not as edges
HISTORY = 100
SLACK = 2.0  # the answer's cost is at most this many times the least


def refine(
    view: View,
    objective: Objective,
    first: Attempt,
    restarts: int,
    tv: Sequence[float],
    steps: Sequence[int],
    box: float = 0.0,
    bn: float = 0.0,
) -> Attempt:
    """`first` refined with each weight of `tv` in turn, for as many steps; the same restarts of the same targets.

    A start that is no answer has an infinite cost. `box` weighs what lies outside the range of images: far out the sigmoids
    saturate, the modelled gradient vanishes, and an absolute cost has a minimum there that is no image. `bn` weighs the
    statistics before the batch norms.
    """
    levels, curves = [first], [first.curve]
    for weight, count in zip(tv, steps, strict=True):
        step = pixel_step(view, objective, restarts, Prior(tv=weight, edge=EDGE, box=box, bn=bn))
        said = f"{view.label}, total variation {weight:g}"
        inputs, cost, curve = minimise(step, levels[-1].inputs, count, HISTORY, said, view.direction)
        levels.append(Attempt(inputs, cost, curve))
        curves.append(curve)
    chosen = chosen_level(torch.stack([level.cost for level in levels]), view.targets)
    rows = torch.arange(len(chosen), device=chosen.device)
    inputs = torch.stack([level.inputs for level in levels])[chosen, rows]
    return Attempt(inputs, torch.stack([level.cost for level in levels])[chosen, rows], torch.cat(curves))


def chosen_level(cost: Tensor, targets: int) -> Tensor:
    """From costs (levels, T R), strong priors first, the level (T R,) of each target's answer, one for all its restarts."""
    finite = torch.where(cost.isfinite(), cost, torch.inf).view(len(cost), targets, -1)
    near = finite.amin(2) <= SLACK * finite.amin((0, 2))
    return near.int().argmax(0).repeat_interleave(finite.shape[2])
