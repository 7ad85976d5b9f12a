"""What takes the gradients of a network; here PyTorch does, native/lanes.py has what is faster for one network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import torch
from torch import Tensor, nn
from torch.func import grad
from torch.nn.functional import cross_entropy

from flatgia.gradients.hessian import gradient_graphs, product
from flatgia.gradients.objectives import Objective
from flatgia.networks.forward import in_training, logits, with_batch_statistics
from flatgia.networks.network import State
from flatgia.networks.statistics import Recorder, Statistics, batch_norms

GradientAt = Callable[[State], State]  # parameters to the gradient there
# Inputs (B, C, H, W), labels (B,), an observed gradient: the cost, differentiable once by the inputs.
Matching = Callable[[Tensor, Tensor, Sequence[Tensor]], Tensor]
# Inputs (N, B, C, H, W), labels (N, B), observed gradients (N, ...): costs (N,) and their gradients by the inputs.
AtOnce = Callable[[Tensor, Tensor, Sequence[Tensor]], tuple[Tensor, Tensor]]
Mode = Literal["eval", "train"]


@dataclass(frozen=True)
class Backend:
    """A network, in eval mode, and PyTorch; all gradients are those of the mean cross-entropy."""

    network: nn.Module
    name = "PyTorch"

    def covers(self, inputs: Tensor) -> bool:
        """Whether something other than PyTorch takes the gradients of inputs like these (B, C, H, W)."""
        return False

    def laid_out(self, inputs: Tensor) -> Tensor:
        """Inputs in the memory layout in which their gradients are fastest."""
        return inputs.contiguous(memory_format=torch.channels_last) if inputs.dim() == 4 else inputs

    def training_gradient(self, inputs: Tensor, labels: Tensor, buffers: State | None = None) -> GradientAt:
        """In train mode, as a function of the parameters; fast, not differentiable again.

        Its first call moves running statistics in `buffers`, in place; later ones (SAM's second pass) leave them alone.
        """
        unmoved = [buffers] if buffers else []

        def gradient_at(params: State) -> State:
            held = unmoved.pop() if unmoved else {name: value.clone() for name, value in (buffers or {}).items()}
            leaves = {name: value.detach().requires_grad_() for name, value in params.items()}
            loss = cross_entropy(logits(self._training, leaves | held, inputs), labels)
            return dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values())), strict=True))

        return gradient_at

    def gradient(self, inputs: Tensor, labels: Tensor, buffers: State | None = None, mode: Mode = "eval") -> GradientAt:
        """As a pure function, to be differentiated by `inputs` and mapped over with vmap.

        In mode `train` norms take the statistics of the inputs; nothing is dropped.
        """
        network = self._by_batch if mode == "train" else self.network
        held = {name: (buffers or {}).get(name, value) for name, value in network.named_buffers()}
        return grad(lambda params: cross_entropy(logits(network, params | held, inputs), labels))

    def statistics(self, state: State, inputs: Tensor, mode: Mode = "eval") -> Statistics:
        """Of what enters each batch norm, for inputs (B, ...); to be differentiated and mapped over as `gradient`."""
        recorder = self._recorders[mode]
        kept = {name for name, _ in (*recorder.network.named_parameters(), *recorder.network.named_buffers())}
        return recorder.of_batch({name: value for name, value in state.items() if name in kept}, inputs)

    def hessian_product(
        self, params: State, buffers: State, inputs: Tensor, labels: Tensor, block: int
    ) -> Callable[[Tensor], Tensor]:
        """H v, float64 (d,) for (d,), in eval mode; the passes run in the parameters' own precision."""
        inputs = self.laid_out(inputs)  # a product takes a fifth less time on a CPU
        graphs = gradient_graphs(self.network, params, inputs, labels, block, buffers=buffers)
        return lambda vector: product(graphs, vector)

    def matching(self, params: State, objective: Objective) -> Matching | None:
        """A faster way to an objective between the gradient of one image, in eval mode, and an observed one; None for none."""
        return None

    def at_once(self, params: State, objective: Objective) -> AtOnce | None:
        """The same for many images at once, with its gradient; None for none."""
        return None

    @cached_property
    def _training(self) -> nn.Module:
        return in_training(self.network)

    @cached_property
    def _by_batch(self) -> nn.Module:
        return with_batch_statistics(self.network)

    @cached_property
    def _recorders(self) -> dict[Mode, Recorder]:
        names = batch_norms(self.network)
        return {"eval": Recorder(self.network, names), "train": Recorder(self._by_batch, names)}
