"""Networks by name and their initial weights."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from flatgia.errors import FlatgiaError
from flatgia.plugins import build, load_class
from flatgia.seeds import generator

Params = dict[str, Tensor]


def load_network(model: Mapping[str, Any], **arguments: Any) -> nn.Module:
    """The network that `model.network` names, in eval mode; its weights are not meant to be used."""
    cls = load_class(model["network"], "config key model.network")
    network = build(cls, arguments, "config key model.network")
    if not isinstance(network, nn.Module):
        raise FlatgiaError("config key model.network", f"{model['network']} is no torch.nn.Module", "name a network")
    return network.eval().requires_grad_(False)


def initial_params(network: nn.Module, init: str, *seed: object) -> Params:
    """Random weights: `dlg` is U(-0.5, 0.5) (Zhu et al. 2019), `pytorch` is U(-b, b) with b = 1 / sqrt(fan_in)."""
    shapes = {name: parameter.shape for name, parameter in network.named_parameters()}
    draw = generator("initial weights", init, *seed)
    params = {}
    for name, shape in shapes.items():
        weight = shapes.get(name.removesuffix("bias") + "weight", shape)
        bound = 0.5 if init == "dlg" else 1 / math.sqrt(math.prod(weight[1:]))
        params[name] = torch.empty(shape).uniform_(-bound, bound, generator=draw)
    return params
