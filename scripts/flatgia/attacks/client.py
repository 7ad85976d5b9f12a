"""A client of a method at a checkpoint, and the images that are attacked there."""

from pathlib import Path
from typing import Any, NamedTuple

from torch import Tensor

from flatgia.attacks.victim import Victim
from flatgia.core import artifacts
from flatgia.core.errors import FlatgiaError
from flatgia.datasets.dataset import Dataset, described, facts_kept
from flatgia.datasets.inputs import statistics, to_inputs
from flatgia.federated.methods import load_method
from flatgia.gradients.backend import Backend
from flatgia.gradients.choice import backend_for
from flatgia.networks.checkpoint import load_broadcast, load_checkpoint
from flatgia.networks.trained import check_trained, trained_with
from flatgia.settings.settings import Settings


class Client(NamedTuple):
    """What it runs, what it holds, the facts of the checkpoint."""

    victim: Victim
    inputs: Tensor  # (T, C, H, W)
    labels: Tensor  # (T,)
    facts: dict[str, Any]
    statistics: tuple[Tensor, Tensor]  # mean and deviation (C, 1, 1) of the images, as the inputs have them


def load_client(
    settings: Settings, method: str, checkpoint: Path | str, targets: Path | str, device: str = "cpu"
) -> Client:
    """From files. Raises `FlatgiaError` if one does not fit, or the checkpoint is another method's."""
    backend, dataset = backend_at(settings, method, checkpoint, device)
    truth, chosen = artifacts.load_tensors(targets)
    state, facts = load_checkpoint(checkpoint, backend.network, chosen.get("client", 0))
    broadcast = load_broadcast(checkpoint, backend.network)
    state = {name: value.to(device) for name, value in state.items()}
    broadcast = broadcast and {name: value.to(device) for name, value in broadcast.items()}
    victim = Victim(backend, state, load_method(settings.methods[method]), broadcast, settings.model.mode)
    count = len(truth["indices"])  # only targets have them, all that holds images has images
    inputs = to_inputs(truth["images"][:count], settings.data, dataset).to(device)
    mean, std = (value.to(device) for value in statistics(settings.data, dataset))
    return Client(victim, inputs, truth["labels"][:count].to(device), facts, (mean, std))


def backend_at(settings: Settings, method: str, checkpoint: Path | str, device: str) -> tuple[Backend, Dataset]:
    """The network of a checkpoint and its data set. Raises `FlatgiaError` if it was trained with other numbers."""
    facts = artifacts.load_facts(checkpoint)
    images = facts.get("trained", {}).get("data", {})
    dataset = described(settings.data, images, checkpoint)
    if facts.get("method", method) != method:
        raise FlatgiaError(checkpoint, f"a checkpoint of {facts['method']}, not of {method}", "give the right one")
    check_trained(facts, trained_with(settings, method, facts_kept(images)), checkpoint)
    return backend_for(settings, dataset, device), dataset
