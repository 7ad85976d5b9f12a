"""GIAS, Gradient Inversion in Alternative Spaces (Jeon et al. 2021): a latent, then a private generator per image."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import functional_call

from flatgia.attacks.latents import need_generator, random_styles, silent_noises
from flatgia.attacks.optimisers import descent
from flatgia.attacks.optimisers.refine import refine
from flatgia.attacks.view import Attack, Attempt, View
from flatgia.core.parameters import Count, Counts, Nonnegative, Positive, Weights
from flatgia.gradients.objectives import OBJECTIVES, ObjectiveName, total_variation


@dataclass(frozen=True)
class GIAS(Attack):
    """Restarts search the latent only: the second stage starts from the latent of least gradient cost, frozen."""

    latent_learning_rate: Positive
    """Of Adam on the latent; ramped up over 5 % and down over the last 75 % of the steps."""
    latent_steps: Count
    """500 to 1,000 as published."""
    generator_learning_rate: Positive
    """Of Adam on the image's own copy of the generator, ramped alike."""
    generator_steps: Count
    """5,000 to 8,000 as published."""
    restarts: Count
    """Of the first stage only: with fixed noise the second would repeat itself."""
    tv: Nonnegative
    """Weight of the total variation, mean |dx| + mean |dy|, in model inputs."""
    objective: ObjectiveName = "cosine"
    """`cosine` as published."""
    refine_tv: Weights = ()
    """Then refine the pixels as `quasi_newton` does, with these weights; none as published."""
    refine_steps: Counts = ()
    """Steps with each weight."""

    def run(self, view: View) -> Attempt:
        """One candidate a target: the best latent, with the generator tuned to it, refined if so told."""
        need_generator(view)
        styles, first = self._search_latent(view)
        names, weights = zip(*view.generator.named_parameters(), strict=True)
        noises = silent_noises(view, view.targets)

        def render(*given: Tensor) -> Tensor:
            own, (latent, *maps) = dict(zip(names, given, strict=False)), given[len(names) :]
            return view.to_inputs((functional_call(view.generator, own, (latent, maps)) + 1) / 2)

        copies = tuple(weight.detach().expand(view.targets, *weight.shape).clone() for weight in weights)
        step = descent.matching_step(view, OBJECTIVES[self.objective], render, self._penalty, 1, (styles, *noises))
        label = f"{view.label}, generator"
        rate, steps = self.generator_learning_rate, self.generator_steps
        tuned, cost, second = descent.adam(step, copies, rate, steps, "ramped", label)
        inputs = torch.func.vmap(render)(*tuned, styles, *noises)
        found = Attempt(inputs, cost, torch.cat([first, second]))
        return refine(view, OBJECTIVES[self.objective], found, 1, self.refine_tv, self.refine_steps)

    def _search_latent(self, view: View) -> tuple[Tensor, Tensor]:
        """The W+ of least gradient cost for each target (T, B, styles, latent), and its curve (points, T)."""
        noises = silent_noises(view, view.targets * self.restarts)

        def render(styles: Tensor, *maps: Tensor) -> Tensor:
            return view.to_inputs((view.generator(styles, list(maps)) + 1) / 2)

        step = descent.matching_step(view, OBJECTIVES[self.objective], render, self._penalty, self.restarts, noises)
        label = f"{view.label}, latent"
        start = (random_styles(view, self.restarts),)
        (styles,), cost, curve = descent.adam(
            step, start, self.latent_learning_rate, self.latent_steps, "ramped", label
        )
        cost = torch.where(cost.isfinite(), cost, torch.inf).view(view.targets, -1)
        rows = cost.argmin(1) + torch.arange(view.targets, device=cost.device) * self.restarts
        return styles[rows], curve[:, rows]

    def _penalty(self, inputs: Tensor) -> Tensor:
        return self.tv * total_variation(inputs)
