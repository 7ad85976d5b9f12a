"""What the client of the study holds, and what the server could guess without its update."""

from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from flatgia.attacks.client import backend_at
from flatgia.attacks.victim import Victim
from flatgia.core import artifacts
from flatgia.datasets.inputs import statistics, to_inputs
from flatgia.datasets.partition import client_indices, target_indices
from flatgia.federated.methods import load_method
from flatgia.networks.checkpoint import load_broadcast, load_checkpoint
from flatgia.settings.settings import Settings


class Held(NamedTuple):
    """A client at a checkpoint with its images (N, C, H, W), as bytes and as model inputs, and the facts of the checkpoint."""

    victim: Victim
    images: Tensor
    inputs: Tensor
    labels: Tensor  # (N,)
    guesses: Tensor  # (N, C, H, W) in [0, 1]: of each label the mean image of the other clients
    statistics: tuple[Tensor, Tensor]
    facts: dict[str, Any]


def load_held(
    settings: Settings, method: str, checkpoint: Path | str, data: Path | str, count: int, seed: int, device: str
) -> Held:
    """The first `count` images of the attacked client, as `targets` orders them. Raises `FlatgiaError` if it has fewer."""
    backend, dataset = backend_at(settings, method, checkpoint, device)
    attacked = settings.targets.client
    state, facts = load_checkpoint(checkpoint, backend.network, attacked)
    broadcast = load_broadcast(checkpoint, backend.network)
    state, sent = ({k: v.to(device) for k, v in some.items()} for some in (state, broadcast or {}))
    victim = Victim(backend, state, load_method(settings.methods[method]), sent or None, settings.model.mode)
    tensors, _ = artifacts.load_tensors(data)
    images, labels = tensors["train_images"], tensors["train_labels"]
    clients = client_indices(labels, settings.federation, seed)
    chosen = target_indices(labels, clients[attacked], count)
    others = torch.cat([part for place, part in enumerate(clients) if place != attacked] or [clients[attacked]])
    mean, std = (value.to(device) for value in statistics(settings.data, dataset))
    guesses = class_means(images[others], labels[others], labels[chosen])
    inputs = to_inputs(images[chosen], settings.data, dataset).to(device)
    return Held(victim, images[chosen], inputs, labels[chosen].to(device), guesses, (mean, std), facts)


def class_means(images: Tensor, labels: Tensor, wanted: Tensor) -> Tensor:
    """Of each wanted label (N,) the mean of its images, bytes to [0, 1]; of a label that none has, the mean of all."""
    means = {}
    for label in wanted.unique().tolist():
        mine = images[labels == label]
        means[label] = (mine if len(mine) else images).double().mean(0) / 255
    return torch.stack([means[label] for label in wanted.tolist()])
