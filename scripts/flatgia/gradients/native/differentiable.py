"""The gradient as a function that PyTorch can map over with vmap and differentiate, by the images and by the weights."""

from typing import Any, cast

import torch
from torch import Tensor, nn

from flatgia.gradients.native.lenet import IMAGE, along, derivatives, gradients


class Gradient(torch.autograd.Function):
    """LeNet, images (B, 3, 32, 32), labels (B,), weights (P,) to the gradient of the mean cross-entropy (P,), and states."""

    @staticmethod
    def forward(network: nn.Module, images: Tensor, labels: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
        found, states = _gradients(images[None], labels[None], weights)
        return found[0], states

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple, output: tuple) -> None:
        _, images, labels, weights = inputs
        ctx.mark_non_differentiable(output[1])
        ctx.save_for_backward(images, labels, weights, output[1])
        ctx.save_for_forward(images, labels, weights)
        ctx.size = len(labels)

    @staticmethod
    def vmap(info: Any, dims: tuple, _: nn.Module, images: Tensor, labels: Tensor, weights: Tensor) -> tuple:
        images, labels = _all(images, dims[1], info.batch_size), _all(labels, dims[2], info.batch_size)
        return _gradients(images, labels, _first(weights, dims[3])), (0, None)

    @staticmethod
    def backward(ctx: Any, direction: Tensor, _: Tensor) -> tuple[None, Tensor, None, Tensor | None]:
        by_images, by_weights = Derivative.apply(direction, *ctx.saved_tensors, ctx.size, ctx.needs_input_grad[3])
        return None, by_images, None, by_weights if ctx.needs_input_grad[3] else None

    @staticmethod
    def jvp(ctx: Any, _: Any, images: Tensor | None, __: Any, weights: Tensor | None) -> tuple[Tensor, None]:
        """Forward mode; what it gives cannot be differentiated again."""
        return Along.apply(*ctx.saved_tensors, images, weights), None


class Along(torch.autograd.Function):
    """The derivative (P,) of a gradient along directions of its `images` (B, 3, 32, 32) and its `weights` (P,), or of one."""

    @staticmethod
    def forward(
        at_images: Tensor, labels: Tensor, at_weights: Tensor, images: Tensor | None, weights: Tensor | None
    ) -> Tensor:
        along_images, along_weights = (None if along is None else along[None] for along in (images, weights))
        return _along(at_images, labels, at_weights, along_images, along_weights)[0]

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple, output: Tensor) -> None:
        pass

    @staticmethod
    def vmap(info: Any, dims: tuple, *arguments: Tensor | None) -> tuple[Tensor, int]:
        mapped: list[tuple[Any, Any]] = list(zip(arguments, dims, strict=True))
        if dims[:3] == (None, None, None):  # many directions at one place
            (at_images, _), (labels, _), (at_weights, _), *rest = mapped
            images, weights = (None if a is None else _all(a, dim, info.batch_size) for a, dim in rest)
            return _along(at_images, labels, at_weights, images, weights), 0
        each = [[a if dim is None else a.select(dim, i) for a, dim in mapped] for i in range(info.batch_size)]
        return torch.stack([Along.apply(*one) for one in each]), 0

    @staticmethod
    def backward(ctx: Any, *_: Tensor) -> None:
        raise RuntimeError("LeNet in lanes is differentiated once in forward mode; take compute.compile: never")


class Derivative(torch.autograd.Function):
    """What reaches images and weights from a `direction` that reaches the gradient; cannot be differentiated again."""

    @staticmethod
    def forward(
        direction: Tensor, images: Tensor, labels: Tensor, weights: Tensor, states: Tensor, size: int, whole: bool
    ) -> tuple[Tensor, Tensor]:
        by_images, by_weights = _derivatives(direction[None], weights, states, size, whole)
        return by_images[0], by_weights[0]

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple, output: tuple) -> None:
        pass

    @staticmethod
    def vmap(info: Any, dims: tuple, direction: Tensor, *rest: Any) -> tuple[tuple, tuple]:
        _, _, weights, states, size, whole = rest
        if dims[1:4] == (None, None, None):  # the states are those of one batch
            raise RuntimeError("LeNet in lanes takes one direction a gradient; take compute.compile: never")
        direction = _all(direction, dims[0], info.batch_size)
        return _derivatives(direction, _first(weights, dims[3]), states, size, whole), (0, 0)

    @staticmethod
    def backward(ctx: Any, *_: Tensor) -> None:
        raise RuntimeError("LeNet in lanes is differentiated twice at most; take compute.compile: never")


def _gradients(images: Tensor, labels: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """For N batches at once: images (N, B, ...), labels (N, B), weights (P,) or (N, P) to (N, P), and states."""
    count, size = labels.shape
    each = weights.repeat_interleave(size, 0) if weights.dim() == 2 else weights
    found, states = gradients(images.reshape(-1, *IMAGE), labels.reshape(-1), each, 1 / size)
    return found if size == 1 else found.view(count, size, -1).sum(1), cast(Tensor, states)


def _derivatives(direction: Tensor, weights: Tensor, states: Tensor, size: int, whole: bool) -> tuple[Tensor, Tensor]:
    count = len(direction)
    each, along = (a.repeat_interleave(size, 0) if a.dim() == 2 else a for a in (weights, direction))
    by_images, by_weights = derivatives(count * size, states, each, along, True, whole)
    summed = direction.new_empty(count, 0) if by_weights is None else by_weights.view(count, size, -1).sum(1)
    return cast(Tensor, by_images).view(count, size, *IMAGE), summed


def _along(
    at_images: Tensor, labels: Tensor, at_weights: Tensor, images: Tensor | None, weights: Tensor | None
) -> Tensor:
    """(n, P) along n directions; the gradient is the mean over the batch."""
    size = len(labels)
    found = [
        along(at_images[i], labels[i], at_weights, 1 / size, None if images is None else images[:, i], weights)
        for i in range(size)
    ]
    return found[0] if size == 1 else torch.stack(found).sum(0)


def _first(tensor: Tensor, dim: int | None) -> Tensor:
    return tensor if dim is None else tensor.movedim(dim, 0)


def _all(tensor: Tensor, dim: int | None, count: int) -> Tensor:
    return tensor.expand(count, *tensor.shape) if dim is None else tensor.movedim(dim, 0)
