"""All rounds of one part of the study, of a seed."""

from collections.abc import Callable, Iterator
from dataclasses import astuple, fields

import torch
from torch import Tensor

from flatgia.core.errors import FlatgiaError
from flatgia.core.progress import track
from flatgia.datasets.dataset import Dataset
from flatgia.datasets.inputs import to_inputs
from flatgia.federated.client import train_locally
from flatgia.federated.methods import load_method
from flatgia.federated.methods.fedavg import FedAvg
from flatgia.federated.secure.fixed_point import FixedPoint
from flatgia.federated.secure.protocol import Protocol
from flatgia.gradients.backend import Backend
from flatgia.networks.built import network_for
from flatgia.networks.network import initial_state
from flatgia.settings.sections import Local, Model
from flatgia.settings.settings import Settings
from flatgia.studies.lia import ALL, Lia
from flatgia.studies.lia.cases import Case, cases
from flatgia.studies.lia.deal import subdivided
from flatgia.studies.lia.design import check_count
from flatgia.studies.lia.play import Clients, Outcome, Score, Server, play
from flatgia.studies.lia.tap import Readout, find_tap

PROBES = 8  # of the server's images, for what passes the norm by a shortcut
BATCH = 64  # of the server's own training
FOUND = ("least", "condition", "distance", "accuracy")
COLUMNS = ["seed", *(field.name for field in fields(Case)), "channels", *Score._fields, *FOUND]
Row = list[object]


def measure(
    settings: Settings, section: Lia, tensors: dict[str, Tensor], dataset: Dataset, part: str, seed: int
) -> Iterator[tuple[Case, list[Row], Outcome]]:
    """Each case with its rows, `COLUMNS`, one a server. Raises `FlatgiaError` if a network cannot be fished."""

    def inputs(indices: Tensor) -> Tensor:
        return to_inputs(tensors["train_images"][indices], settings.data, dataset)

    test = to_inputs(tensors["test_images"][: section.test_images], settings.data, dataset)
    server_of = {name: prepared(settings, section, name, dataset, dataset.classes, inputs, tensors, test, seed)
                 for name in (section.networks if part in ("clients", ALL) else section.networks[:1])}  # fmt: skip
    channels = {name: server.tap.channels for name, server in server_of.items()}
    check_count(section.clients, channels[section.networks[0]], server_of[section.networks[0]].tap.norm)
    shortcuts = {name for name, server in server_of.items() if passed(server) > 0}
    planned = [case for case in cases(section, channels, shortcuts, dataset.classes) if part in (case.part, ALL)]
    protocol = Protocol(FixedPoint(section.bits, section.fraction), section.degree, section.threshold)
    kept = section.pretraining_images  # those are the server's own
    for case in track(planned, len(planned), f"labels through secure aggregation, {part}, seed {seed}", "round"):
        labels, server = tensors["train_labels"], server_of[case.network]
        if case.classes != dataset.classes:
            labels = subdivided(labels, tensors["train_images"], case.classes // dataset.classes)
            server = prepared(settings, section, case.network, dataset, case.classes, inputs, tensors, test, seed)
        clients = Clients(lambda held: inputs(held + kept), labels[kept:], section.alpha)
        method = load_method(settings.methods[case.method])
        found = play(case, server, clients, method, protocol, section.learning_rate, seed)
        about = [seed, *astuple(case), server.tap.channels]
        numbers = [getattr(found, name) for name in FOUND]
        yield case, [[*about, *score, *numbers] for score in found.scores], found


def prepared(
    settings: Settings, section: Lia, name: str, dataset: Dataset, classes: int, inputs: Callable[[Tensor], Tensor],
    tensors: dict[str, Tensor], test: Tensor, seed: int,
) -> Server:  # fmt: skip
    """A network with its honest weights: the first one trained on images of the server's own, others as they begin."""
    network = network_for(Model(name, "pytorch"), dataset.shape, classes)
    state = initial_state(network, "pytorch", "lia", name, classes, seed)
    if name == section.networks[0] and classes == dataset.classes and section.pretraining_epochs:
        count = section.pretraining_images
        local = Local(section.pretraining_epochs, BATCH, 0.05, 0.0005)
        backend, labels = Backend(network), tensors["train_labels"][:count]
        state = train_locally(
            backend, state, None, FedAvg(), inputs(torch.arange(count)), labels, local, "lia", name, seed
        )
    tap = find_tap(network, test[:2])
    labels = tensors["test_labels"][: len(test)]
    server = Server(network, state, tap, False, test[:PROBES], (test, labels))
    server = server._replace(rectified=is_rectified(server))
    if (moved := passed(server)) * section.images > section.shortcut_strength:
        needed = moved * section.images
        what = f"what passes {tap.norm} of {name} by a shortcut moves the embedding by {moved:.2g}"
        raise FlatgiaError("studies.lia.shortcut_strength", what, f"take {needed:.0f} or more, or leave {name} out")
    return server


def is_rectified(server: Server) -> bool:
    """Whether negative outputs of the norm are cut off behind it."""
    readout = Readout(server.network, server.state, server.tap, server.images)
    low = torch.full_like(server.state[f"{server.tap.norm}.bias"], -1e3)
    zero = torch.zeros_like(low)
    return bool((readout.embedding(zero, low) - readout.embedding(zero, 2 * low)).abs().max() < 1e-3)


def passed(server: Server) -> float:
    """How far images move the embedding past the norm, where its channels are open."""
    readout = Readout(server.network, server.state, server.tap, server.images)
    return readout.leak(torch.ones_like(server.state[f"{server.tap.norm}.bias"]))
