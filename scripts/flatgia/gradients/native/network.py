"""Whether a network's gradient is taken in lanes, and the two forms in which it is taken."""

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn

from flatgia.core.instructions import are_portable
from flatgia.gradients.native.differentiable import Gradient
from flatgia.gradients.native.lenet import IMAGE, derivatives, flat, gradients, like
from flatgia.gradients.native.library import capability, load_library
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import Params, load_network


class InLanes(LeNet):
    """LeNet as it is; its type says that its gradient is taken in lanes where that is possible."""


InLanes.__name__ = LeNet.__name__  # for messages: a user knows no other


def in_lanes(network: nn.Module, compile: str, device: str = "cpu") -> nn.Module:
    """The network on its device; in lanes if it is a LeNet on the CPU, `compile` is auto and a C++ compiler is found."""
    if type(network) is LeNet and device == "cpu" and compile == "auto" and load_library() is not None:
        network = InLanes(network.head.out_features).eval().requires_grad_(False)
    return network.to(device)


def kernels(name: str, compile: str, device: str) -> str:
    """What takes the gradients of the network `module:Class`, for the provenance: C++ and PyTorch round differently, and so do
    processors, but for what all of them have."""
    network = in_lanes(load_network(name), compile, device)
    by = "C++" if isinstance(network, InLanes) else "PyTorch"
    return f"{by}, {'portable' if are_portable() else capability()}" if device == "cpu" else by


def fits(network: nn.Module, inputs: Tensor) -> bool:
    """Whether `network` takes its gradient of these inputs (B, C, H, W) in lanes."""
    ours = isinstance(network, InLanes) and inputs.dim() == 4 and inputs.shape[1:] == IMAGE
    return ours and inputs.device.type == "cpu" and inputs.dtype in (torch.float32, torch.float64)


def gradient_at(inputs: Tensor, labels: Tensor) -> Callable[[Params], Params]:
    """The gradient of the mean cross-entropy over (B, ...) as a function of the parameters; not differentiable."""

    def gradient(params: Params) -> Params:
        return like(params, gradients(inputs, labels, flat(params), 1 / len(labels), total=True, keep=False)[0])

    return gradient


def differentiable_gradient_at(network: nn.Module, inputs: Tensor, labels: Tensor) -> Callable[[Params], Params]:
    """The same, differentiable once more and to be mapped over with vmap."""
    return lambda params: like(params, Gradient.apply(network, inputs, labels, flat(params))[0])


def hessian_product(params: Params, inputs: Tensor, labels: Tensor) -> Callable[[Tensor], Tensor]:
    """H v, float64 (P,) for (P,), of the mean cross-entropy over inputs (n, ...); the passes have the weights' precision."""
    weights = flat(params)
    states = cast(Tensor, gradients(inputs, labels, weights, 1 / len(labels), total=True)[1])

    def product(vector: Tensor) -> Tensor:
        along = vector.to(weights.dtype)
        found = derivatives(len(labels), states, weights, along, images=False, gradient=True, total=True)[1]
        return cast(Tensor, found).double()

    return product
