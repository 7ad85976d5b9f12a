"""Gradients of the mini-batch loss, for training and for what an attacker sees."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad
from torch.nn.functional import cross_entropy

from flatgia.gradients.native import network as lanes
from flatgia.networks.network import Params

GradientAt = Callable[[Params], Params]  # parameters to the gradient there


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
