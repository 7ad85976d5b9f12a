"""The statistics of what enters each batch norm: of a batch, and those that a state holds."""

import copy
from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from flatgia.networks.forward import logits
from flatgia.networks.network import State

Statistics = tuple[Tensor, ...]  # mean and biased variance (C,) of each batch norm in turn


class Recorder:
    """A copy of a network whose batch norms note what enters them."""

    def __init__(self, network: nn.Module, names: Sequence[str]):
        self.network = copy.deepcopy(network)
        self.seen: dict[nn.Module, Tensor] = {}
        self.norms = [self.network.get_submodule(name) for name in names]
        for module in self.norms:
            module.register_forward_pre_hook(self._note)

    def _note(self, module: nn.Module, arguments: tuple[Tensor, ...]) -> None:
        self.seen[module] = arguments[0]

    def of_batch(self, state: State, inputs: Tensor) -> Statistics:
        """Of inputs (B, ...)."""
        if not self.norms:
            return ()
        logits(self.network, state, inputs)
        entering = [self.seen.pop(module).transpose(0, 1).flatten(1) for module in self.norms]
        return tuple(value for x in entering for value in (x.mean(1), x.var(1, unbiased=False)))


def batch_norms(network: nn.Module) -> list[str]:
    """The names of the batch norms that keep running statistics."""
    norms = ((name, module) for name, module in network.named_modules() if isinstance(module, _BatchNorm))
    return [name for name, module in norms if module.running_mean is not None]


def running_statistics(network: nn.Module, state: State) -> Statistics:
    """As the state holds them."""
    return tuple(state[f"{name}.{kind}"] for name in batch_norms(network) for kind in ("running_mean", "running_var"))
