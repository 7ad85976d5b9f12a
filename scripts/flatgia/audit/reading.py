"""A user's checkpoint, gradient and update, each checked against the network it is for."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from flatgia.attacks.guard import check_gradient
from flatgia.audit.files import Bundle, read_file
from flatgia.audit.fitting import Layout, best_fit, check_ties, layout_of, listed, refuse
from flatgia.core.errors import FlatgiaError
from flatgia.networks.checkpoint import BROADCAST
from flatgia.networks.network import Params

STATISTICS = ("running_mean", "running_var")


class Checkpoint(NamedTuple):
    """A network's state from a file, in the network's precision."""

    params: Params
    buffers: Params  # those that the file holds
    broadcast: Params | None  # what a server of ours sent beside them
    facts: dict[str, Any]
    notes: list[str]


class Shared(NamedTuple):
    """What a client shared: gradients by parameter, in order, and what was noticed."""

    gradient: Params
    notes: list[str]


def read_checkpoint(path: Path | str, network: nn.Module) -> Checkpoint:
    """The state of `network` in a file of any of the kinds of `read_file`. Raises `FlatgiaError` if it does not fit."""
    contents, layout = read_file(path), layout_of(network)
    sent = [split_broadcast(bundle) for bundle in contents.bundles]
    fit, bundle = best_fit([own for own, _ in sent], layout)
    if fit.faults:
        classes = "; the head differs, so build it with other classes" if fit.misshapen and not fit.missing else ""
        remedy = f"give the network that it belongs to{classes and ', as --model module:Class(num_classes=10)'}"
        raise refuse(path, "a checkpoint", fit, layout, remedy)
    check_ties(path, bundle, layout)
    state = {name: as_like(path, name, fit.tensors[name], layout.known[name]) for name in fit.tensors}
    extra = next((extra for own, extra in sent if own is bundle), {})
    broadcast = {name: as_like(path, name, value, layout.params[name]) for name, value in extra.items()}
    notes = [f"{path}: the tensors under '{bundle.key}' are taken"] if bundle.key else []
    params = {name: state[name] for name in layout.params}
    buffers = {name: state[name] for name in layout.buffers if name in state}
    return Checkpoint(params, buffers, broadcast or None, contents.facts, notes)


def split_broadcast(bundle: Bundle) -> tuple[Bundle, Params]:
    """A bundle without what a server of ours sent beside the model, and that."""
    if not isinstance(bundle.tensors, dict):
        return bundle, {}
    own = {name: value for name, value in bundle.tensors.items() if not name.startswith(BROADCAST)}
    sent = {k.removeprefix(BROADCAST): v for k, v in bundle.tensors.items() if k.startswith(BROADCAST)}
    return bundle._replace(tensors=own), sent


def as_like(path: Path | str, name: str, value: Tensor, like: Tensor) -> Tensor:
    """A weight in the network's precision. Raises `FlatgiaError` if it is no number."""
    if like.is_floating_point() and not value.is_floating_point():
        raise FlatgiaError(path, f"{name} is {value.dtype}, not floating point", "save the weights as they are trained")
    if not torch.isfinite(value).all():
        raise FlatgiaError(path, f"{name} holds NaN or infinity", "train again with a lower learning rate or rho")
    return value.to(like.dtype)


def missing_statistics(network: nn.Module, buffers: Mapping[str, Tensor]) -> list[str]:
    """The running statistics that a network has and a checkpoint lacks."""
    return [name for name, _ in network.named_buffers() if name.endswith(STATISTICS) and name not in buffers]


def read_gradient(path: Path | str, layout: Layout) -> Shared:
    """A shared gradient; parameters that it lacks or that are zero throughout are taken to be frozen.

    Raises `FlatgiaError` if it does not fit the network or tells nothing.
    """
    given = _read_shared(path, layout, "a gradient")
    check_gradient(given, path)
    return without_frozen(given, layout)


def read_update(before: Params, path: Path | str, layout: Layout, whole: bool) -> Shared:
    """Weights before less weights after an update; the file holds those after it (`whole`) or after less before."""
    given = _read_shared(path, layout, "an update")
    change = {name: before[name].cpu() - value if whole else -value for name, value in given.items()}
    check_gradient(change, path, "it changes no weight, so it tells nothing of an image")
    return without_frozen(change, layout)


def _read_shared(path: Path | str, layout: Layout, what: str) -> Params:
    fit, bundle = best_fit(read_file(path).bundles, layout)
    check_ties(path, bundle, layout)
    given = {name: fit.tensors[name] for name in layout.params if name in fit.tensors}
    if fit.extra or fit.misshapen or not given:
        raise refuse(path, what, fit, layout, "save one tensor a parameter, by its name or in order")
    return given


def without_frozen(given: Params, layout: Layout) -> Shared:
    """The tensors that say something, and a word on the others."""
    kept = {name: value for name, value in given.items() if value.any()}
    absent = [name for name in layout.params if name not in given]
    zero = [name for name in given if name not in kept]
    notes = [f"not shared, so taken to be frozen: {listed(absent)}"] if absent else []
    notes += [f"zero throughout, so taken to be frozen: {listed(zero)}"] if zero else []
    return Shared(kept, notes)
