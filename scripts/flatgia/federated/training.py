"""The federation as a whole: data to clients, rounds to checkpoints."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from torch import Tensor

from flatgia.core import artifacts
from flatgia.core.errors import FlatgiaError
from flatgia.core.progress import Progress
from flatgia.datasets.dataset import Dataset, described
from flatgia.datasets.inputs import to_inputs
from flatgia.datasets.partition import client_indices
from flatgia.federated.methods import load_method
from flatgia.federated.methods.base import Method
from flatgia.federated.server import Client, evaluate, play_round
from flatgia.gradients.backend import Backend
from flatgia.networks.checkpoint import load_broadcast, load_checkpoint, save_checkpoint
from flatgia.networks.network import Params, State, initial_state
from flatgia.networks.own import of_client
from flatgia.networks.statistics import batch_norms
from flatgia.settings.sections import MethodEntry
from flatgia.settings.settings import Settings


class Reached(NamedTuple):
    """The global model after `number` rounds, and what the server sends beside it."""

    number: int
    state: State
    broadcast: Params | None


@dataclass(frozen=True)
class Training:
    """One method on one partition: everything that stays the same from round to round."""

    settings: Settings
    seed: int
    method: Method
    backend: Backend
    clients: list[Client]
    test: tuple[Tensor, Tensor]
    dataset: Dataset
    device: str = "cpu"

    @classmethod
    def load(
        cls, settings: Settings, entry: MethodEntry, data: Path | str, seed: int, backend: Backend, device: str = "cpu"
    ) -> "Training":
        """Reads the images and divides them among the clients."""
        tensors, facts = artifacts.load_tensors(data)
        dataset = described(settings.data, facts, data)
        images, labels = tensors["train_images"], tensors["train_labels"]
        parts = client_indices(labels, settings.federation, seed)
        count = settings.federation.test_images
        pairs = [(tensors["test_images"][:count], tensors["test_labels"][:count])]
        pairs += [(images[part], labels[part]) for part in parts]
        test, *clients = [
            (backend.laid_out(to_inputs(x, settings.data, dataset)).to(device), y.to(device)) for x, y in pairs
        ]
        return cls(settings, seed, load_method(entry), backend, clients, test, dataset, device)

    def about_norms(self) -> str | None:
        """What becomes of batch norm, in words for the user; None for a network without it."""
        count = len(batch_norms(self.backend.network))
        if not count:
            return None
        own = self.settings.federation.norms == "own"
        fate = "are each client's own" if own else "are averaged"
        return f"{count} batch norms, trained in train mode; their weights and running statistics {fate}"

    def begin(self, previous: Path | str | None, auxiliary: Path | str | None) -> Reached:
        """The model in an earlier checkpoint, or the initial one."""
        if previous is not None:
            return self._reached(previous)
        start = initial_state(self.backend.network, self.settings.model.init, self.seed)
        extra = None
        if self.method.needs_auxiliary:
            if auxiliary is None:
                raise FlatgiaError("--auxiliary", "missing, and this method starts on auxiliary images", "give it")
            tensors, facts = artifacts.load_tensors(auxiliary)
            inputs = Backend.laid_out(self.backend, to_inputs(tensors["images"], self.settings.data, self.dataset))
            extra = inputs, tensors["labels"], facts["classes"]
        start = self.method.initial(start, self.settings.model, extra, self.seed)
        return Reached(0, self._here(start), None)

    def resumed(self, path: Path, recipe: str) -> Reached | None:
        """The model in a resume file that the same recipe left; None if there is no such file or it is damaged."""
        if not path.is_file():
            return None
        try:
            _, facts = load_checkpoint(path, self.backend.network)
        except FlatgiaError as error:
            print(f"{path}: {error.what}; starting over", file=sys.stderr, flush=True)
            return None
        return self._reached(path) if facts.get("recipe") == recipe else None

    def _reached(self, path: Path | str) -> Reached:
        state, facts = load_checkpoint(path, self.backend.network, client=None)
        if "round" not in facts:
            raise FlatgiaError(path, "it does not say of which round it is", "give a checkpoint from scripts/train.py")
        broadcast = load_broadcast(path, self.backend.network)
        return Reached(facts["round"], self._here(state), broadcast and self._here(broadcast))

    def _here(self, state: State) -> State:
        return {name: value.to(self.device) for name, value in state.items()}

    def rounds(self, reached: Reached, last: int, label: str) -> Iterator[Reached]:
        """The models after each round up to `last`, and the given one if there is nothing to do."""
        if reached.number > last:
            raise FlatgiaError("--previous", f"it is of round {reached.number}, beyond {last}", "give an earlier one")
        if reached.number == last:
            yield reached
        progress = Progress(last - reached.number, label, "round")
        while reached.number < last:
            arguments = (self.clients, self.settings.federation, self.seed, reached.number)
            after = play_round(self.backend, reached.state, reached.broadcast, self.method, *arguments)
            reached = Reached(reached.number + 1, *after)
            progress.update()
            yield reached

    def save(self, path: Path | str, reached: Reached, facts: Mapping[str, Any], record: artifacts.Provenance) -> None:
        """Writes a checkpoint with its test accuracy and loss: where clients keep their own norms, the means over clients."""
        own = self.settings.federation.norms == "own"
        models = [of_client(reached.state, client) for client in range(len(self.clients) if own else 1)]
        scores = [evaluate(self.backend, model, *self.test) for model in models]
        accuracy, loss = (sum(values) / len(models) for values in zip(*scores, strict=True))
        facts = {**facts, "round": reached.number, "accuracy": accuracy, "loss": loss}
        save_checkpoint(path, reached.state, reached.broadcast, facts, record)
