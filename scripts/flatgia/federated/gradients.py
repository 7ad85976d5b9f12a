"""Gradients of the mini-batch loss, for training and for what an attacker sees."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad
from torch.nn.functional import cross_entropy

from flatgia.federated.methods.base import GradientAt, Method
from flatgia.lanes import network as lanes
from flatgia.models.network import Params


def training_gradient(network: nn.Module, inputs: Tensor, labels: Tensor) -> GradientAt:
    """The gradient of the mean cross-entropy as a function of the parameters; fast, not differentiable again."""
    if lanes.fits(network, inputs):
        return lanes.gradient_at(inputs, labels)

    def gradient_at(params: Params) -> Params:
        leaves = {name: value.detach().requires_grad_() for name, value in params.items()}
        loss = cross_entropy(functional_call(network, leaves, (inputs,)), labels)
        return dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values())), strict=True))

    return gradient_at


def differentiable_gradient(network: nn.Module, inputs: Tensor, labels: Tensor) -> GradientAt:
    """The same as pure functions: it can be differentiated with respect to `inputs` and mapped over with vmap."""
    if lanes.fits(network, inputs):
        return lanes.differentiable_gradient_at(network, inputs, labels)

    def loss(params: Params) -> Tensor:
        return cross_entropy(functional_call(network, params, (inputs,)), labels)

    return grad(loss)


def shared_gradient(
    network: nn.Module, params: Params, method: Method | None, broadcast: Params | None
) -> Callable[[Tensor, Tensor], Params]:
    """(inputs (B, ...), labels (B,)) to the gradient a client of `method` shares at `params`; the plain one for None."""

    def gradient(inputs: Tensor, labels: Tensor) -> Params:
        gradient_at = differentiable_gradient(network, inputs, labels)
        return gradient_at(params) if method is None else method.gradient(gradient_at, params, broadcast)

    return gradient
