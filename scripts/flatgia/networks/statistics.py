"""The statistics of what enters each batch norm: of a batch, and those that a state holds."""

import copy

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from flatgia.networks.forward import logits
from flatgia.networks.network import State

Statistics = tuple[Tensor, ...]  # mean and biased variance (C,) of each batch norm in turn


class Recorder:
    """A copy of a network whose batch norms note what enters them."""

    def __init__(self, network: nn.Module):
        self.network = copy.deepcopy(network)
        self.seen: dict[nn.Module, Tensor] = {}
        self.norms = [module for module in self.network.modules() if isinstance(module, _BatchNorm)]
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


def running_statistics(network: nn.Module, state: State) -> Statistics:
    """As the state holds them, of the batch norms that keep any."""
    names = [name for name, module in network.named_modules() if isinstance(module, _BatchNorm)]
    return tuple(state[f"{name}.{kind}"] for name in names for kind in ("running_mean", "running_var"))
