"""Checkpoints: the global state after a round, and what the server sent along with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from flatgia.core import artifacts
from flatgia.core.errors import FlatgiaError
from flatgia.networks.network import Params, State, buffers_of, split_state
from flatgia.networks.own import OWN, of_client, shared

BROADCAST = "broadcast."


def save_checkpoint(
    path: Path | str, state: State, broadcast: Params | None, facts: Mapping[str, Any], record: artifacts.Provenance
) -> None:
    """Writes the state, the broadcast (FedGF's perturbed model) and the facts (method, round, seed, accuracy ...)."""
    extra = {BROADCAST + name: tensor for name, tensor in (broadcast or {}).items()}
    artifacts.save_tensors(path, state | extra, facts, record)


def load_checkpoint(path: Path | str, network: nn.Module, client: int | None = 0) -> tuple[State, dict[str, Any]]:
    """The state of `network` and facts, also from a PyTorch state dict. Raises `FlatgiaError` if they do not fit.

    Where clients keep norms of their own, the state is that of a `client`, or of all for None.
    """
    tensors, facts = _read(path)
    found = {name: value for name, value in tensors.items() if not name.startswith(BROADCAST)}
    state = _fit(of_client(found, client or 0), network, path)
    if client is None:
        state = _fit(shared(found), network, path) | {k: v for k, v in found.items() if k.startswith(OWN)}
    return state, facts


def load_broadcast(path: Path | str, network: nn.Module) -> Params | None:
    """What the server sent beside the global model, or None."""
    tensors, _ = _read(path)
    found = {k.removeprefix(BROADCAST): v for k, v in tensors.items() if k.startswith(BROADCAST)}
    return split_state(network, _fit(found, network, path, whole=False))[0] if found else None


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


def _fit(found: State, network: nn.Module, path: Path | str, whole: bool = True) -> State:
    """The tensors as a state of `network`: `whole` asks for its running statistics; other buffers may be missing."""
    kind = type(network).__name__
    params, buffers = dict(network.named_parameters()), buffers_of(network)
    aliases = {name for name, _ in network.named_parameters(remove_duplicate=False)} - params.keys()
    named = found.keys() - aliases
    if odd := sorted((named - buffers.keys()) ^ params.keys()):
        what = f"not a checkpoint of {kind} (differs in {', '.join(odd[:4])}{' ...' if len(odd) > 4 else ''})"
        raise FlatgiaError(path, what, "give the network that it belongs to")
    if whole and (missing := [n for n in buffers if n.endswith(("running_mean", "running_var")) and n not in named]):
        what = f"it lacks running statistics ({missing[0]})"
        raise FlatgiaError(path, what, "save the whole state dict, buffers too")
    state = params | {name: value for name, value in buffers.items() if name in named or whole}
    for name, like in state.items():
        value = found.get(name, like)
        if value.shape != like.shape:
            what = f"not a checkpoint of {kind}: {name} is {tuple(value.shape)}, not {tuple(like.shape)}"
            raise FlatgiaError(path, what, "give the network that it belongs to")
        if not torch.isfinite(value).all():
            raise FlatgiaError(path, f"{name} holds NaN or infinity", "train again with a lower learning rate or rho")
        state[name] = value.detach().to(like.dtype)
    return state
