"""F_SAM(theta) - F(theta): how far the loss rises within a ball, by SAM's one step and by the steps of an ascent."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

LossAt = Callable[[Tensor], tuple[Tensor, Tensor]]  # weights (d,) to loss and gradient there


class Rise(NamedTuple):
    """The loss's rise at rho g / ||g||, and the most that was found on the sphere: both are lower bounds."""

    step: float
    most: float


def rise(loss_at: LossAt, start: Tensor, rho: float, steps: int, others: list[Tensor]) -> Rise:
    """delta <- rho grad / ||grad||, from the gradient and from `others` (d,) both ways; the best of all that was visited.

    It is a power iteration on the sphere: where the loss is quadratic its fixed points are stationary.
    """
    loss, gradient = loss_at(start)
    begins = [gradient, *(sign * other for other in others for sign in (1.0, -1.0))]
    first, most = 0.0, 0.0
    for place, direction in enumerate(begins):
        for step in range(steps):
            length = direction.norm()
            if length == 0:
                break
            found, direction = loss_at(start + rho * direction / length)
            above = float(found - loss)
            if place == 0 and step == 0:
                first = above
            most = max(most, above)
    return Rise(first, most)


def differentiable(loss: Callable[[Tensor], Tensor]) -> LossAt:
    """Loss and gradient of a loss."""

    def at(weights: Tensor) -> tuple[Tensor, Tensor]:
        leaf = weights.detach().requires_grad_()
        value = loss(leaf)
        return value.detach(), torch.autograd.grad(value, leaf)[0]

    return at
