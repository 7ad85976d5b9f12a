"""From the options of scripts/audit.py to a client and the gradient that it shared."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from flatgia.audit.border import open_network
from flatgia.audit.client import Client
from flatgia.audit.files import read_file
from flatgia.audit.pictures import open_picture, size_of, to_pixels
from flatgia.audit.reading import Checkpoint, Shared, missing_statistics, read_checkpoint, read_gradient, read_update
from flatgia.core.errors import FlatgiaError
from flatgia.datasets.dataset import Dataset, dataset_named, described, facts_kept
from flatgia.federated.methods import load_method
from flatgia.networks.built import network_for
from flatgia.networks.network import Params
from flatgia.networks.trained import check_trained, trained_with
from flatgia.settings.settings import Settings


class Scene(NamedTuple):
    """Who is attacked, and with what."""

    client: Client  # as the attacker takes it to be
    sharer: Client | None  # as it is, where it shares the gradient here
    gradient: Params
    truth: Tensor | None  # uint8 (B, C, H, W)
    notes: list[str]


def set_scene(given: Namespace, settings: Settings, device: str) -> Scene:
    """The client and its gradient. Raises `FlatgiaError` if a file or the network does not fit."""
    path = given.checkpoint or given.update[0]
    network, dataset = (open_network(given.model), None) if given.model else of_config(given, settings, path)
    held = read_checkpoint(path, network)
    check_statistics(path, network, held, given.mode)
    network.load_state_dict(held.params | held.buffers, strict=False)
    shown = [open_picture(one) for one in given.image or []]
    client = Client.of(
        network,
        (given.size[0], given.size[-1]) if given.size else None,
        mode=given.mode,
        loss=given.loss,
        method=load_method(settings.methods[given.method]),
        picture=size_of(shown[0]) if shown else None,
        compile=settings.compute.compile,
        device=device,
    )
    notes = [*held.notes, *client.notes]
    if held.facts.get("method", given.method) != given.method:
        notes.append(f"{path} is of a client that runs {held.facts['method']}, and --method is {given.method}")
    client, told = normalised(client, given, settings, dataset or dataset_named(settings.data.dataset))
    client = assumed(client, given, held.broadcast, device)
    if shown:
        truth = torch.stack([to_pixels(one, client.shape) for one in shown])
        return Scene(believed(client, given), client, client.share(truth, given.label), truth, [*notes, told])
    shared = read_shared(given, held.params, client)
    client = believed(client.that_shared(list(shared.gradient)), given)
    return Scene(client, None, shared.gradient, None, [*notes, told, *shared.notes])


def of_config(given: Namespace, settings: Settings, path: Path | str) -> tuple[nn.Module, Dataset]:
    """The config's network and data set. Raises `FlatgiaError` if a checkpoint of ours says that it has others."""
    facts = read_file(path).facts
    images = facts.get("trained", {}).get("data", {})
    dataset = described(settings.data, images, path)
    method = given.method if facts.get("method") == given.method else None
    check_trained(facts, trained_with(settings, method, facts_kept(images)), path)
    return network_for(settings.model, dataset.shape, dataset.classes), dataset


def check_statistics(path: Path | str, network: nn.Module, held: Checkpoint, mode: str) -> None:
    """Raises `FlatgiaError` if eval mode wants running statistics that a checkpoint lacks."""
    if mode == "eval" and (lacking := missing_statistics(network, held.buffers)):
        what = f"it holds no running statistics ({lacking[0]} ...), which eval mode needs"
        raise FlatgiaError(path, what, "save the whole state dict, buffers too, or say --mode train")


def read_shared(given: Namespace, before: Params, client: Client) -> Shared:
    """The gradient in a file, or the mean gradient of an update."""
    if given.gradient:
        return read_gradient(given.gradient, client.layout)
    shared = read_update(before, given.update[-1], client.layout, whole=len(given.update) == 2)
    factor = (given.learning_rate or 1) * given.steps
    return shared._replace(gradient={name: value / factor for name, value in shared.gradient.items()})


def assumed(client: Client, given: Namespace, broadcast: Params | None, device: str) -> Client:
    """The client with what the options say of its sharing."""
    scaled = given.scaled or bool(given.update and given.learning_rate is None)
    sharing = replace(client.sharing, steps=given.steps, learning_rate=given.learning_rate or 0.0, scaled=scaled)
    sent = broadcast and {name: value.to(device) for name, value in broadcast.items()}
    return replace(client, sharing=sharing, broadcast=sent)


def believed(client: Client, given: Namespace) -> Client:
    """The client as the attacker takes it to be."""
    return client if given.attacker == "adaptive" else client.naive()


def normalised(client: Client, given: Namespace, settings: Settings, dataset: Dataset) -> tuple[Client, str]:
    """The client with the mean and deviation of the options, else of the config where that has as many channels."""
    mean, std, why = given.mean, given.std, "as given"
    if mean is None and std is None:
        raw = settings.data.inputs == "raw"
        usual = tuple(settings.data.mean) or dataset.mean, tuple(settings.data.std) or dataset.std
        fits = all(len(values) in (1, client.shape[0]) for values in usual)
        mean, std = usual if fits and not raw else ((0.0,), (1.0,))
        why = (
            "the config's"
            if fits or raw
            else f"the config's are for {len(usual[0])} channels; --mean and --std say others"
        )
    client = client.normalised(mean or (0.0,), std or (1.0,))
    numbers = [", ".join(f"{value:g}" for value in values.flatten().tolist()) for values in (client.mean, client.std)]
    return client, f"inputs: (images - {numbers[0]}) / {numbers[1]} ({why})"
