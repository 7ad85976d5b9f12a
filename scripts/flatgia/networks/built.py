"""The network of a config, built for the images of a data set."""

import inspect
from typing import Any

import torch
from torch import Tensor, nn

from flatgia.core.errors import FlatgiaError
from flatgia.core.plugins import load_class
from flatgia.networks.forward import logits
from flatgia.networks.network import load_network
from flatgia.settings.registry import network_class
from flatgia.settings.sections import Model

WHERE = "config key model.network"


def network_for(model: Model, shape: tuple[int, int, int], classes: int) -> nn.Module:
    """The network for images (C, H, W) of so many classes, in eval mode and single precision.

    Its class gets what it asks for of `classes`, `channels` and `size`, and the options of the config. Raises
    `FlatgiaError` if it takes no such images.
    """
    channels, *size = shape
    offered: dict[str, Any] = {
        "classes": classes,
        "num_classes": classes,
        "channels": channels,
        "in_channels": channels,
    }
    offered["size"] = tuple(size)
    asked = parameters_of(load_class(network_class(model.network), WHERE))
    given = {name: value for name, value in offered.items() if name in asked}
    network = load_network(model.network, **(given | dict(model.options)))
    return check_network(network.float(), shape, classes)


def parameters_of(cls: Any) -> set[str]:
    """The names of what a class, or a function, is called with."""
    try:
        return set(inspect.signature(cls).parameters)
    except (TypeError, ValueError):  # what has no signature is called without
        return set()


def check_network(network: nn.Module, shape: tuple[int, int, int], classes: int) -> nn.Module:
    """The network. Raises `FlatgiaError` unless it turns two images into two rows of `classes` numbers."""
    kind, images = type(network).__name__, " x ".join(map(str, shape))
    try:
        found = logits(network, {}, torch.zeros(2, *shape))
    except FlatgiaError:
        raise
    except Exception as error:  # whatever the code of a user's raises
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        what = f"{kind} takes no images of {images} ({reason})"
        raise FlatgiaError(WHERE, what, "name another, or one that is built by `channels` and `size`") from None
    if not isinstance(found, Tensor) or found.shape != (2, classes):
        gives = tuple(found.shape) if isinstance(found, Tensor) else type(found).__name__
        what = f"{kind} gives {gives} for two images, and the data set has {classes} classes"
        raise FlatgiaError(WHERE, what, "let it be built by `classes`, or give its own option under `model`")
    return network
