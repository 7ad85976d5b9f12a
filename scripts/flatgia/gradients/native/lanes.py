"""Gradients of DLG's LeNet in C++, an image a SIMD lane; what the kernels are not made for PyTorch takes."""

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor

from flatgia.gradients.backend import AtOnce, Backend, GradientAt, Matching, Mode
from flatgia.gradients.native import matching
from flatgia.gradients.native.differentiable import Gradient
from flatgia.gradients.native.lenet import IMAGE, derivatives, flat, gradients, like
from flatgia.gradients.objectives import Objective
from flatgia.networks.network import State


class Lanes(Backend):
    """A LeNet; it has no buffers, and its modes are the same."""

    name = "C++"

    def covers(self, inputs: Tensor) -> bool:
        """Images (B, 3, 32, 32) on the CPU, in single or double precision."""
        shaped = inputs.dim() == 4 and inputs.shape[1:] == IMAGE
        return shaped and inputs.device.type == "cpu" and inputs.dtype in (torch.float32, torch.float64)

    def laid_out(self, inputs: Tensor) -> Tensor:
        """As they are."""
        return inputs if self.covers(inputs) else super().laid_out(inputs)

    def training_gradient(self, inputs: Tensor, labels: Tensor, buffers: State | None = None) -> GradientAt:
        """As a function of the parameters; not differentiable."""
        if not self.covers(inputs):
            return super().training_gradient(inputs, labels, buffers)

        def gradient_at(params: State) -> State:
            return like(params, gradients(inputs, labels, flat(params), 1 / len(labels), total=True, keep=False)[0])

        return gradient_at

    def gradient(self, inputs: Tensor, labels: Tensor, buffers: State | None = None, mode: Mode = "eval") -> GradientAt:
        """The same, differentiable once more and to be mapped over with vmap."""
        if not self.covers(inputs):
            return super().gradient(inputs, labels, buffers, mode)
        return lambda params: like(params, Gradient.apply(self.network, inputs, labels, flat(params))[0])

    def hessian_product(
        self, params: State, buffers: State, inputs: Tensor, labels: Tensor, block: int
    ) -> Callable[[Tensor], Tensor]:
        """H v, float64 (P,) for (P,), over inputs (n, ...); the passes have the weights' precision."""
        if not self.covers(inputs):
            return super().hessian_product(params, buffers, inputs, labels, block)
        weights = flat(params)
        states = cast(Tensor, gradients(inputs, labels, weights, 1 / len(labels), total=True)[1])

        def product(vector: Tensor) -> Tensor:
            along = vector.to(weights.dtype)
            found = derivatives(len(labels), states, weights, along, images=False, gradient=True, total=True)[1]
            return cast(Tensor, found).double()

        return product

    def matching(self, params: State, objective: Objective) -> Matching | None:
        """Cost and gradient of one image at once, for autograd and vmap."""
        return matching.matching(params, objective)

    def at_once(self, params: State, objective: Objective) -> AtOnce | None:
        """The same for many images, without autograd."""
        return matching.at_once(params, objective)
