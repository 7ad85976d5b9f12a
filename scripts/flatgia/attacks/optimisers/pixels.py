"""Search among the pixels themselves: the step that Adam and L-BFGS take there, and Adam in the box."""

import itertools
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import grad_and_value, vmap

from flatgia.attacks.optimisers.descent import Step, Variables, adam, compiled
from flatgia.attacks.priors import Prior, norm_distance, penalty, penalty_with_gradient
from flatgia.attacks.view import Attempt, View
from flatgia.core.roots import root
from flatgia.gradients.objectives import Objective
from flatgia.networks.statistics import Statistics


def pixel_step(view: View, objective: Objective, restarts: int, prior: Prior) -> Step:
    """Candidates (T R, B, C, H, W) to the gradients of their costs, the costs (T R,), and the matching costs among them."""
    labels, observed = view.repeated(restarts)
    low, high = view.box()
    if at_once := view.at_once and view.at_once(objective):

        def quick(inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            match, gradient = at_once(inputs, labels, observed)
            held, by_held = penalty_with_gradient(inputs, prior, low, high)
            return gradient.add_(by_held), match + held, match

        return quick

    matching = view.matching(objective)

    def loss(
        inputs: Tensor, tv: Tensor, labels: Tensor, observed: Variables, norms: Statistics
    ) -> tuple[Tensor, Tensor]:
        match = matching(inputs, labels, observed)
        held = penalty(inputs, shape, tv, low, high)
        if norms and view.statistics:
            held = held + prior.bn * norm_distance(view.statistics(inputs), norms)
        return match + held, match

    # The weight as a tensor, and a shape of the prior that does not tell it: one compiled program serves all levels.
    shape = prior._replace(tv=float(prior.tv > 0))
    batched = compiled(vmap(grad_and_value(loss, has_aux=True), in_dims=(0, None, 0, 0, 0)), view.compile)
    norms = view.norms_repeated(restarts) if prior.bn else ()
    tv = torch.tensor(float(prior.tv), device=labels.device)

    def step(inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        gradient, (cost, match) = batched(inputs, tv, labels, observed, norms)
        return gradient, cost, match

    return step


class Group(NamedTuple):
    """GI's group term: the weight of each restart's distance from the mean of all, and the step from which on it counts."""

    weight: float = 0.0
    begin: int = 0

    def slope(self, inputs: Tensor, restarts: int) -> Tensor:
        """Its gradient for candidates (T R, B, C, H, W), the mean of a target's restarts held fixed."""
        each = inputs.unflatten(0, (-1, restarts))
        apart = (each - each.mean(1, keepdim=True)).flatten(0, 1)
        length = root(apart.flatten(2).square().sum(2) + 1e-12)
        return self.weight / inputs.shape[1] * apart / length[..., None, None, None]


NO_GROUP = Group()


def descend(
    view: View,
    objective: Objective,
    restarts: int,
    prior: Prior,
    start: float,
    learning_rate: float,
    steps: int,
    schedule: str,
    signed: bool = False,
    group: Group = NO_GROUP,
) -> Attempt:
    """Adam from `start` times noise, held in the range of images; all restarts of all targets as one batch."""
    step = pixel_step(view, objective, restarts, prior)
    low, high = view.box()

    calls = itertools.count()

    def of_variables(variables: Variables) -> tuple[Variables, Tensor]:
        gradient, _, match = step(variables[0])
        if group.weight and next(calls) >= group.begin:
            gradient = gradient + group.slope(variables[0], restarts)
        return (gradient,), match

    (inputs,), cost, curve = adam(
        of_variables,
        (start * view.noise(restarts, view.shape),),
        learning_rate,
        steps,
        schedule,
        view.label,
        project=lambda variables: (variables[0].clamp(low, high),),
        signed=signed,
    )
    return Attempt(inputs, cost, curve)
