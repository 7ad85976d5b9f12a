"""The gradient as a function that PyTorch can map over with vmap and differentiate, by the images and by the weights."""

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, jvp
from torch.nn.functional import cross_entropy

from flatgia.gradients.native.lenet import IMAGE, derivatives, gradients, like


class Gradient(torch.autograd.Function):
    """LeNet, images (B, 3, 32, 32), labels (B,), weights (P,) to the gradient of the mean cross-entropy (P,), and states."""

    @staticmethod
    def forward(network: nn.Module, images: Tensor, labels: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
        found, states = _gradients(images[None], labels[None], weights)
        return found[0], states

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple, output: tuple) -> None:
        ctx.network, images, labels, weights = inputs
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
        """Forward mode, which only the attack of second order uses, by PyTorch itself."""
        at_images, labels, at_weights = ctx.saved_tensors
        along = [torch.zeros_like(at) if by is None else by for at, by in ((at_images, images), (at_weights, weights))]
        return jvp(lambda x, w: _plain(ctx.network, x, labels, w), (at_images, at_weights), tuple(along))[1], None


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


def _plain(network: nn.Module, images: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    shapes = dict(network.named_parameters())
    return grad(lambda w: cross_entropy(functional_call(network, like(shapes, w), (images,)), labels))(weights)


def _first(tensor: Tensor, dim: int | None) -> Tensor:
    return tensor if dim is None else tensor.movedim(dim, 0)


def _all(tensor: Tensor, dim: int | None, count: int) -> Tensor:
    return tensor.expand(count, *tensor.shape) if dim is None else tensor.movedim(dim, 0)
