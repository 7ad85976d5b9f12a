"""Checkpoints: the global model after a round, and what the server sent along with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from flatgia.core import artifacts
from flatgia.core.errors import FlatgiaError
from flatgia.networks.network import Params

BROADCAST = "broadcast."


def save_checkpoint(
    path: Path | str, params: Params, broadcast: Params | None, facts: Mapping[str, Any], record: artifacts.Provenance
) -> None:
    """Writes the parameters, the broadcast (FedGF's perturbed model) and the facts (method, round, seed, accuracy ...)."""
    extra = {BROADCAST + name: tensor for name, tensor in (broadcast or {}).items()}
    artifacts.save_tensors(path, params | extra, facts, record)


def load_checkpoint(path: Path | str, network: nn.Module) -> tuple[Params, dict[str, Any]]:
    """Parameters of `network` and facts, also from a PyTorch state dict. Raises `FlatgiaError` if they do not fit."""
    tensors, facts = _read(path)
    return _fit({k: v for k, v in tensors.items() if not k.startswith(BROADCAST)}, network, path), facts


def load_broadcast(path: Path | str, network: nn.Module) -> Params | None:
    """What the server sent beside the global model, or None."""
    tensors, _ = _read(path)
    found = {k.removeprefix(BROADCAST): v for k, v in tensors.items() if k.startswith(BROADCAST)}
    return _fit(found, network, path) if found else None


def _read(path: Path | str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    artifacts.check(path)
    if not _from_torch(Path(path)):
        return artifacts.load_tensors(path, "give a .safetensors, or a state dict that torch.save wrote")
    remedy = "save the state dict alone, as torch.save(model.state_dict(), path) or as safetensors"
    try:
        with open(path, "rb") as file:  # by its name torch would take it for another kind
            found = torch.load(file, map_location="cpu", weights_only=True)
    except Exception:  # a strange file fails in many ways: OSError, IndexError, AssertionError ...
        raise FlatgiaError(path, "not a plain PyTorch state dict (nothing in it was run)", remedy) from None
    if not isinstance(found, dict) or not all(isinstance(value, Tensor) for value in found.values()):
        raise FlatgiaError(path, "not a plain PyTorch state dict", remedy)
    return found, {}


def _from_torch(path: Path) -> bool:
    """Whether torch.save wrote it: a zip file under any name, or what older versions wrote, under torch's names."""
    with path.open("rb") as file:
        head = file.read(9)
    return head.startswith(b"PK\x03\x04") or (path.suffix in {".pt", ".pth"} and head[8:] != b"{")


def _fit(params: dict[str, Tensor], network: nn.Module, path: Path | str) -> Params:
    wanted = dict(network.named_parameters())
    kind = type(network).__name__
    buffers = {name: params[name] for name, _ in network.named_buffers() if name in params}
    params = {name: value for name, value in params.items() if name not in buffers}
    if params.keys() != wanted.keys():
        odd = sorted(params.keys() ^ wanted.keys())
        what = f"not a checkpoint of {kind} (differs in {', '.join(odd[:4])}{' ...' if len(odd) > 4 else ''})"
        raise FlatgiaError(path, what, "give the network that it belongs to")
    for name, parameter in wanted.items():
        if params[name].shape != parameter.shape:
            what = f"not a checkpoint of {kind}: {name} is {tuple(params[name].shape)}, not {tuple(parameter.shape)}"
            raise FlatgiaError(path, what, "give the network that it belongs to")
        if not torch.isfinite(params[name]).all():
            raise FlatgiaError(path, f"{name} holds NaN or infinity", "train again with a lower learning rate or rho")
    for name, buffer in network.named_buffers():
        if name in buffers and buffers[name].shape != buffer.shape:
            what = f"not a checkpoint of {kind}: {name} is {tuple(buffers[name].shape)}, not {tuple(buffer.shape)}"
            raise FlatgiaError(path, what, "give the network that it belongs to")
    network.load_state_dict(buffers, strict=False)  # running statistics, where a network has them
    return {name: params[name].to(parameter.dtype) for name, parameter in wanted.items()}
