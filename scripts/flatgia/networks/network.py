"""Networks by name and their initial weights."""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _NormBase

from flatgia.core.errors import FlatgiaError
from flatgia.core.plugins import build, load_class
from flatgia.core.seeds import generator
from flatgia.settings.registry import NETWORKS, network_class

Params = dict[str, Tensor]
State = dict[str, Tensor]  # parameters and, behind them, buffers, by name
NORMS = (_NormBase, nn.GroupNorm, nn.LayerNorm, nn.RMSNorm)


def load_network(name: str, where: str = "config key model.network", **arguments: Any) -> nn.Module:
    """The network of that name, or `module:Class`, in eval mode; its weights are not meant to be used."""
    if ":" not in name and name not in NETWORKS:
        remedy = f"write it as package.module:Class, or name one of {', '.join(NETWORKS)}"
        raise FlatgiaError(where, f"{name!r} names no class", remedy)
    cls = load_class(network_class(name), where)
    if not callable(cls) or isinstance(cls, nn.Module):
        raise FlatgiaError(where, f"{name} is no class", "name the class of the network")
    try:
        network = build(cls, arguments, where)
    except FlatgiaError:
        raise
    except Exception as error:  # whatever the code of a user's raises
        what = f"{name} cannot be built ({type(error).__name__}: {error})"
        raise FlatgiaError(where, what, "mend it, or name another network") from None
    if not isinstance(network, nn.Module):
        raise FlatgiaError(where, f"{name} is no torch.nn.Module", "name a network")
    if not any(True for _ in network.parameters()):
        raise FlatgiaError(where, f"{name} has no parameters, so no gradient is shared", "name another network")
    if any(nn.parameter.is_lazy(parameter) for parameter in network.parameters()):
        raise FlatgiaError(where, f"{name} has lazy parameters", "give its layers their sizes")
    return network.eval().requires_grad_(False)


def initial_params(network: nn.Module, init: str, *seed: object) -> Params:
    """Random weights: `dlg` is U(-0.5, 0.5) (Zhu et al. 2019), `pytorch` is U(-b, b) with b = 1 / sqrt(fan_in).

    Norm layers keep their own, which are 1 and 0.
    """
    own = _of_norms(network)
    shapes = {name: parameter.shape for name, parameter in network.named_parameters()}
    draw = generator("initial weights", init, *seed)
    params = {}
    for name, shape in shapes.items():
        if name in own:
            params[name] = own[name].detach().clone()
            continue
        weight = shapes.get(name.removesuffix("bias") + "weight", shape)
        bound = 0.5 if init == "dlg" else 1 / math.sqrt(math.prod(weight[1:]))
        params[name] = torch.empty(shape).uniform_(-bound, bound, generator=draw)
    return params


def initial_state(network: nn.Module, init: str, *seed: object) -> State:
    """Random weights, and the buffers as the network is built with them."""
    return initial_params(network, init, *seed) | buffers_of(network)


def buffers_of(network: nn.Module) -> State:
    """Copies of the buffers that belong to a checkpoint: running statistics, and what else is kept."""
    kept = network.state_dict().keys()
    return {name: value.clone() for name, value in network.named_buffers() if name in kept}


def split_state(network: nn.Module, state: State) -> tuple[Params, State]:
    """The parameters and the buffers of a state, each in its order there."""
    trained = {name for name, _ in network.named_parameters()}
    params = {name: value for name, value in state.items() if name in trained}
    return params, {name: value for name, value in state.items() if name not in trained}


def norm_names(network: nn.Module) -> set[str]:
    """The names of the parameters and buffers of norm layers, as in a state."""
    prefixes = [name for name, module in network.named_modules() if isinstance(module, NORMS)]
    named = [*dict(network.named_parameters()), *dict(network.named_buffers())]
    return {name for name in named if name.rpartition(".")[0] in prefixes}


def _of_norms(network: nn.Module) -> Params:
    names = norm_names(network)
    return {name: value for name, value in network.named_parameters() if name in names}
