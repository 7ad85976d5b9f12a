"""The federation as a whole: data to clients, rounds to checkpoints."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from flatgia.core import artifacts
from flatgia.core.errors import FlatgiaError
from flatgia.core.progress import Progress
from flatgia.datasets.inputs import to_inputs
from flatgia.datasets.partition import client_indices
from flatgia.federated.methods import load_method
from flatgia.federated.methods.base import Method
from flatgia.federated.server import Client, evaluate, play_round
from flatgia.gradients.native import network as lanes
from flatgia.networks.checkpoint import load_broadcast, load_checkpoint, save_checkpoint
from flatgia.networks.network import Params, initial_params, load_network
from flatgia.settings.sections import Data, MethodEntry
from flatgia.settings.settings import Settings


def as_inputs(images: Tensor, data: Data, network: nn.Module | None = None) -> Tensor:
    """Model inputs in the memory layout in which the gradient of `network`, or one in PyTorch, is fastest on a CPU."""
    inputs = to_inputs(images, data)
    return inputs if network and lanes.fits(network, inputs) else inputs.contiguous(memory_format=torch.channels_last)


class State(NamedTuple):
    """The global model after `number` rounds, and what the server sends beside it."""

    number: int
    params: Params
    broadcast: Params | None


@dataclass(frozen=True)
class Training:
    """One method on one partition: everything that stays the same from round to round."""

    settings: Settings
    seed: int
    method: Method
    network: nn.Module
    clients: list[Client]
    test: tuple[Tensor, Tensor]
    device: str = "cpu"

    @classmethod
    def load(
        cls, settings: Settings, entry: MethodEntry, data: Path | str, seed: int, device: str = "cpu"
    ) -> "Training":
        """Reads the images and divides them among the clients."""
        tensors, _ = artifacts.load_tensors(data)
        images, labels = tensors["train_images"], tensors["train_labels"]
        parts = client_indices(labels, settings.federation, seed)
        count = settings.federation.test_images
        pairs = [(tensors["test_images"][:count], tensors["test_labels"][:count])]
        pairs += [(images[part], labels[part]) for part in parts]
        network = lanes.in_lanes(load_network(settings.model.network), settings.compute.compile, device)
        test, *clients = [(as_inputs(x, settings.data, network).to(device), y.to(device)) for x, y in pairs]
        return cls(settings, seed, load_method(entry), network, clients, test, device)

    def begin(self, previous: Path | str | None, auxiliary: Path | str | None) -> State:
        """The state in an earlier checkpoint, or the initial model."""
        if previous is not None:
            return self._state(previous)
        start = initial_params(self.network, self.settings.model.init, self.seed)
        extra = None
        if self.method.needs_auxiliary:
            if auxiliary is None:
                raise FlatgiaError("--auxiliary", "missing, and this method starts on auxiliary images", "give it")
            tensors, facts = artifacts.load_tensors(auxiliary)
            extra = as_inputs(tensors["images"], self.settings.data), tensors["labels"], facts["classes"]
        start = self.method.initial(start, self.settings.model, extra, self.seed)
        return State(0, self._here(start), None)

    def resumed(self, path: Path, recipe: str) -> State | None:
        """The state in a resume file that the same recipe left; None if there is no such file or it is damaged."""
        if not path.is_file():
            return None
        try:
            _, facts = load_checkpoint(path, self.network)
        except FlatgiaError as error:
            print(f"{path}: {error.what}; starting over", file=sys.stderr, flush=True)
            return None
        return self._state(path) if facts.get("recipe") == recipe else None

    def _state(self, path: Path | str) -> State:
        params, facts = load_checkpoint(path, self.network)
        if "round" not in facts:
            raise FlatgiaError(path, "it does not say of which round it is", "give a checkpoint from scripts/train.py")
        broadcast = load_broadcast(path, self.network)
        return State(facts["round"], self._here(params), broadcast and self._here(broadcast))

    def _here(self, params: Params) -> Params:
        return {name: value.to(self.device) for name, value in params.items()}

    def rounds(self, state: State, last: int, label: str) -> Iterator[State]:
        """The states after each round up to `last`, and the given one if there is nothing to do."""
        if state.number > last:
            raise FlatgiaError("--previous", f"it is of round {state.number}, beyond {last}", "give an earlier one")
        if state.number == last:
            yield state
        progress = Progress(last - state.number, label, "round")
        while state.number < last:
            arguments = (self.clients, self.settings.federation, self.seed, state.number)
            after = play_round(self.network, state.params, state.broadcast, self.method, *arguments)
            state = State(state.number + 1, *after)
            progress.update()
            yield state

    def save(self, path: Path | str, state: State, facts: Mapping[str, Any], record: artifacts.Provenance) -> None:
        """Writes a checkpoint with its test accuracy and loss."""
        accuracy, loss = evaluate(self.network, state.params, *self.test)
        facts = {**facts, "round": state.number, "accuracy": accuracy, "loss": loss}
        save_checkpoint(path, state.params, state.broadcast, facts, record)
