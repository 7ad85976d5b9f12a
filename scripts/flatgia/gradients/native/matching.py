"""Gradient matching in lanes: cost and gradient of an image at once, as a function for vmap and autograd."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from flatgia.gradients.native.lenet import NAMES, flat, match
from flatgia.gradients.objectives import (
    Objective,
    cosine_distance,
    mean_of_tensors,
    relative_squared_error,
    squared_error,
    unit_distance,
)
from flatgia.networks.network import Params

# The number of each objective in matching.h, and how much of what that computes it is.
NUMBERS: dict[Objective, tuple[int, float]] = {
    squared_error: (0, 1.0),
    mean_of_tensors: (0, 1 / len(NAMES)),
    relative_squared_error: (1, 1.0),
    cosine_distance: (2, 1.0),
    unit_distance: (3, 1.0),
}


class Match(torch.autograd.Function):
    """An objective, images (1, 3, 32, 32), labels (1,), weights (P,), an observed gradient to the cost, and its gradient."""

    @staticmethod
    def forward(
        number: int, images: Tensor, labels: Tensor, weights: Tensor, *observed: Tensor
    ) -> tuple[Tensor, Tensor]:
        costs, by_images = match(number, images, labels, weights, [tensor[None] for tensor in observed])
        return costs[0], by_images

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple, output: tuple) -> None:
        ctx.mark_non_differentiable(output[1])
        ctx.save_for_backward(output[1])
        ctx.rest = len(inputs) - 2

    @staticmethod
    def vmap(info: Any, dims: tuple, number: int, *arguments: Tensor) -> tuple[tuple, tuple]:
        images, labels, weights, *observed = (
            a.movedim(dim, 0) if dim is not None else a if place == 2 else a.expand(info.batch_size, *a.shape)
            for place, (a, dim) in enumerate(zip(arguments, dims[1:], strict=True))
        )
        costs, by_images = match(number, images[:, 0], labels[:, 0], weights, observed)
        return (costs, by_images[:, None]), (0, 0)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, scale: Tensor, _: Tensor) -> tuple[Tensor | None, ...]:
        return None, scale * ctx.saved_tensors[0], *[None] * ctx.rest


def matching(params: Params, objective: Objective) -> Callable[[Tensor, Tensor, Sequence[Tensor]], Tensor] | None:
    """Inputs (1, 3, 32, 32), labels (1,) and an observed gradient to the cost; None for an objective that is not among ours."""
    if objective not in NUMBERS:
        return None
    (number, share), weights, places = NUMBERS[objective], flat(params), _places(params)

    def cost(inputs: Tensor, labels: Tensor, observed: Sequence[Tensor]) -> Tensor:
        return share * Match.apply(number, inputs, labels, weights, *(observed[place] for place in places))[0]

    return cost


def at_once(
    params: Params, objective: Objective
) -> Callable[[Tensor, Tensor, Sequence[Tensor]], tuple[Tensor, Tensor]] | None:
    """The same for inputs (N, 1, 3, 32, 32) and what belongs to each: costs (N,) and their gradients, without autograd,
    whose bookkeeping takes as long as the work on few images."""
    if objective not in NUMBERS:
        return None
    (number, share), weights, places = NUMBERS[objective], flat(params), _places(params)

    def both(inputs: Tensor, labels: Tensor, observed: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        seen = [observed[place] for place in places]
        costs, by_inputs = match(number, inputs[:, 0], labels[:, 0], weights, seen)
        return share * costs, share * by_inputs[:, None]

    return both


def _places(params: Params) -> list[int]:
    """Where an observed gradient, in the order of `params`, has what the C++ wants next."""
    return [list(params).index(name) for name in NAMES]
