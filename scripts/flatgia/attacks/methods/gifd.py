"""GIFD (Fang et al. 2023): the latent first, then the features that enter each later block of the generator."""

from dataclasses import dataclass
from typing import Annotated, NamedTuple

import torch
from torch import Tensor
from torch.func import vmap

from flatgia.attacks.latents import keep_norm, need_generator, project_l1, random_noises, random_styles
from flatgia.attacks.optimisers import descent
from flatgia.attacks.optimisers.descent import Variables
from flatgia.attacks.optimisers.refine import refine
from flatgia.attacks.select import keep_best
from flatgia.attacks.view import Attack, Attempt, View
from flatgia.core.parameters import Count, Counts, Limits, Nonnegative, Positive, Weights
from flatgia.gradients.objectives import OBJECTIVES, ObjectiveName, image_norm, total_variation


@dataclass(frozen=True)
class GIFD(Attack):
    """One stage a radius, at most one a block; the answer is the stage of least gradient cost, refined if so told."""

    learning_rate: Positive
    """Of Adam, ramped as in `gias`."""
    steps_per_stage: Count
    """1,000 as published."""
    restarts: Count
    """Random starts; that of least gradient cost gives the answer."""
    radii: Annotated[tuple[Positive, ...], Limits(length=(1, 4))]
    """Of the l1 balls around each stage's start; one stage a radius, of the blocks at 4, 8, 16 and 32."""
    tv: Nonnegative
    """Weight of the total variation, mean |dx| + mean |dy|, in model inputs."""
    l2: Nonnegative
    """Weight of the image's Euclidean norm."""
    objective: ObjectiveName = "cosine"
    """`cosine` as published."""
    refine_tv: Weights = ()
    """Then refine the pixels as `quasi_newton` does, with these weights; none as published."""
    refine_steps: Counts = ()
    """Steps with each weight."""

    def run(self, view: View) -> Attempt:
        """All restarts of all targets as one batch, stage after stage."""
        need_generator(view)
        state = State(random_styles(view, self.restarts), random_noises(view, self.restarts), None, None)
        best, curves = None, list[Tensor]()
        for stage, radius in enumerate(self.radii[: view.generator.blocks]):
            state, found = self._stage(view, stage, radius, state)
            curves.append(found.curve)
            best = found if best is None else _better(best, found)
            state = enter_next(view, stage, state)
        assert best is not None  # there is a radius
        best = best._replace(curve=torch.cat(curves))
        if not self.refine_tv:
            return best
        return refine(view, OBJECTIVES[self.objective], keep_best(view, best), 1, self.refine_tv, self.refine_steps)

    def _stage(self, view: View, stage: int, radius: float, start: "State") -> tuple["State", Attempt]:
        """Searches styles, noises and the features that enter block `stage`; the constant is not searched."""

        def render(styles: Tensor, *rest: Tensor) -> Tensor:
            noises = rest[:maps]
            features, rgb = rest[maps:] or view.generator.start(view.shape[0])
            for block in range(stage, view.generator.blocks):
                features, rgb = view.generator.block(block, features, rgb, styles, noises)
            return view.to_inputs((rgb + 1) / 2)

        def project(variables: Variables) -> Variables:
            pairs = list(zip(variables, begin, strict=True))
            dims = [1] + [2] * maps  # a style row, a noise map; features are not rescaled
            rescaled = [keep_norm(now, old, d) for (now, old), d in zip(pairs, dims, strict=False)]
            rescaled += [now for now, _ in pairs[len(dims) :]]
            return tuple(project_l1(now, old, radius) for now, old in zip(rescaled, begin, strict=True))

        maps = len(start.noises)
        begin = (start.styles, *start.noises, *([] if start.features is None else [start.features]))
        picture = () if start.rgb is None else (start.rgb,)
        step = descent.matching_step(view, OBJECTIVES[self.objective], render, self._penalty, self.restarts, picture)
        label = f"{view.label}, stage {stage + 1}"
        found, cost, curve = descent.adam(
            step, begin, self.learning_rate, self.steps_per_stage, "ramped", label, project
        )
        state = State(found[0], found[1 : 1 + maps], found[-1] if start.features is not None else None, start.rgb)
        return state, Attempt(vmap(render)(*found, *picture), cost, curve)

    def _penalty(self, inputs: Tensor) -> Tensor:
        return self.tv * total_variation(inputs) + self.l2 * image_norm(inputs)


class State(NamedTuple):
    """Where a stage starts: styles (N, B, 8, latent), noise maps, and the features and picture entering its block."""

    styles: Tensor
    noises: tuple[Tensor, ...]
    features: Tensor | None
    rgb: Tensor | None


def enter_next(view: View, stage: int, state: State) -> State:
    """The state with the output of block `stage` as features; the picture so far is kept, frozen."""

    def forward(styles: Tensor, *rest: Tensor) -> tuple[Tensor, Tensor]:
        noises, given = rest[: len(state.noises)], rest[len(state.noises) :]
        features, rgb = given or view.generator.start(view.shape[0])
        return view.generator.block(stage, features, rgb, styles, noises)

    given = () if state.features is None else (state.features, state.rgb)
    features, rgb = vmap(forward)(state.styles, *state.noises, *given)
    return state._replace(features=features, rgb=rgb)


def _better(a: Attempt, b: Attempt) -> Attempt:
    """Of each candidate the attempt of less gradient cost; one that diverged never wins."""
    take = b.cost < a.cost.nan_to_num(nan=torch.inf)
    inputs = torch.where(take.view(-1, *[1] * (a.inputs.dim() - 1)), b.inputs, a.inputs)
    return Attempt(inputs, torch.where(take, b.cost, a.cost), b.curve)
