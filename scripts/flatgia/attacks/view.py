"""What an attacker sees, and what it answers: the whole interface of an attack."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import torch
from torch import Tensor

from flatgia.attacks.optimisers.two_loop import Direction, direction_from
from flatgia.core.seeds import generator
from flatgia.gradients.backend import AtOnce, Matching
from flatgia.gradients.objectives import Objective
from flatgia.networks.network import Params
from flatgia.networks.statistics import Statistics


@dataclass(frozen=True)
class View:
    """What the server sees of T shared gradients, and public constants; nothing of the truth."""

    gradient: Callable[[Tensor, Tensor], Params]  # the attacker's model of a client: inputs (B, C, H, W), what is known
    observed: tuple[Tensor, ...]  # the shared gradients, one tensor (T, ...) a parameter
    labels: Tensor  # (T, B), inferred or given
    shape: tuple[int, int, int, int]  # B, C, H, W of one target's batch
    mean: Tensor  # (C, 1, 1): inputs = (images - mean) / std
    std: Tensor
    generator: Any  # a generator of images, or None
    seed: tuple[object, ...]  # what the random starts are derived from
    compile: str  # auto, graphs or never
    label: str  # for the progress line
    checkpoints: int = 1  # over which the targets repeat, the same images at each
    places: Tensor | None = None  # (T,), with several checkpoints: which one holds a target's model
    names: tuple[int, ...] | None = None  # of the targets, for their random starts; None: 0 to T - 1
    first: Tensor | None = None  # (T, B, C, H, W), model inputs to start from, for an attack that can
    # An objective to a faster way to its cost, or to all candidates' costs and gradients at once; or to None.
    fused: Callable[[Objective], Matching | None] | None = None
    at_once: Callable[[Objective], AtOnce | None] | None = None
    direction: Direction = direction_from  # L-BFGS's recursion
    # What the attacker takes the statistics before each batch norm to be, each (T, C), and how it models them for inputs.
    norms: Statistics = ()
    statistics: Callable[[Tensor], Statistics] | None = None

    @property
    def targets(self) -> int:
        """T."""
        return len(self.labels)

    def matching(self, objective: Objective) -> Matching:
        """The objective between the gradient modelled for inputs and an observed one; differentiable once, by the inputs."""

        def cost(inputs: Tensor, known: Tensor, observed: Sequence[Tensor]) -> Tensor:
            return objective(list(self.gradient(inputs, known).values()), observed)

        return (self.fused and self.fused(objective)) or cost

    def repeated(self, restarts: int) -> tuple[Tensor, tuple[Tensor, ...]]:
        """What `gradient` is to know (T R, ...) and the observed gradients (T R, ...), each target `restarts` times in a row.

        It knows the labels (B,); with several checkpoints the place of the target's comes behind them.
        """
        again = tuple(tensor.repeat_interleave(restarts, 0) for tensor in self.observed)
        known = self.labels if self.places is None else torch.cat([self.labels, self.places[:, None]], 1)
        return known.repeat_interleave(restarts, 0), again

    def norms_repeated(self, restarts: int) -> Statistics:
        """`norms`, each target's `restarts` times in a row."""
        return tuple(tensor.repeat_interleave(restarts, 0) for tensor in self.norms)

    def noise(self, restarts: int, shape: tuple[int, ...], *name: object) -> Tensor:
        """Standard normal (T R, *shape); a candidate's draw depends on its target and restart only."""
        draws = [
            torch.randn(shape, generator=generator("start", *self.seed, *name, target, restart))
            for target in self.names or range(self.targets // self.checkpoints)
            for restart in range(restarts)
        ]
        return torch.stack(draws * self.checkpoints).to(self.mean)

    def only(self, targets: Tensor, name: tuple[object, ...]) -> "View":
        """The view of some targets (n,) at one checkpoint, with other random starts, by `name`."""
        observed = tuple(tensor[targets] for tensor in self.observed)
        norms, names = tuple(tensor[targets] for tensor in self.norms), tuple(targets.tolist())
        here = replace(self, observed=observed, labels=self.labels[targets], norms=norms, names=names)
        return replace(here, seed=(*self.seed, *name))

    def box(self) -> tuple[Tensor, Tensor]:
        """The inputs of a black and of a white image, (C, 1, 1)."""
        return -self.mean / self.std, (1 - self.mean) / self.std

    def to_inputs(self, images: Tensor) -> Tensor:
        """Images in [0, 1] to model inputs."""
        return (images - self.mean) / self.std


class Attempt(NamedTuple):
    """All candidates of an attack, each target's restarts in a row."""

    inputs: Tensor  # (T R, B, C, H, W), model inputs
    cost: Tensor  # (T R,), gradient matching alone, without priors
    curve: Tensor  # (points, T R), that cost over the steps


class Attack(ABC):
    """An attack: a dataclass of its numbers that turns a view into candidates."""

    restarts: int

    def scattered(self, scale: float) -> "Attack":
        """The same attack with random starts `scale` times as far from grey, if it can."""
        return self

    @abstractmethod
    def run(self, view: View) -> Attempt:
        """Reconstructs every target `restarts` times, all as one batch."""
