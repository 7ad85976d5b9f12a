"""One round: fishing models out, gradients through secure aggregation back, and what servers make of the sums."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple, cast

import numpy as np
import torch
from torch import Tensor, nn

from flatgia.core.seeds import generator
from flatgia.federated.methods.base import Method
from flatgia.federated.methods.fedavg import FedAvg
from flatgia.federated.secure.protocol import Protocol, aggregate
from flatgia.gradients.backend import Backend
from flatgia.networks.forward import logits
from flatgia.networks.network import Params, State, split_state
from flatgia.studies.lia.baselines import ilrg, llg
from flatgia.studies.lia.cases import HONEST, Case
from flatgia.studies.lia.counts import right, whole
from flatgia.studies.lia.deal import deal
from flatgia.studies.lia.design import Design, shifts
from flatgia.studies.lia.fishing import Fishing
from flatgia.studies.lia.program import Program
from flatgia.studies.lia.recover import Recovery
from flatgia.studies.lia.solve import system
from flatgia.studies.lia.tap import Readout, Tap

NODES = 9  # of the mean over what the norm lets through


class Server(NamedTuple):
    """What a server has beforehand: the honest state of its network, where it can be fished, and images of its own."""

    network: nn.Module
    state: State
    tap: Tap
    rectified: bool  # whether a ReLU follows the norm
    images: Tensor  # model inputs
    test: tuple[Tensor, Tensor]


class Clients(NamedTuple):
    """What clients hold: model inputs by their indices, all labels, and how classes are dealt."""

    inputs: Callable[[Tensor], Tensor]
    labels: Tensor
    alpha: float


class Score(NamedTuple):
    """What one server reads of a round; all shares in [0, 1]."""

    server: str
    right: float  # of each client's labels, mean
    exact: float  # of the clients
    population: float  # of the labels of all clients together


class Outcome(NamedTuple):
    """The scores, what the system and the models are like, and seconds of clients (with the protocol) and of a server."""

    scores: list[Score]
    least: float
    condition: float
    distance: float
    accuracy: float
    seconds: tuple[float, float]


def play(
    case: Case, server: Server, clients: Clients, method: Method, protocol: Protocol, rate: float, *seed: object
) -> Outcome:
    """Runs a case. The server is handed the sum alone; the row `own gradient` is what it had without secure aggregation."""
    names = (case.network, case.clients, case.images, case.classes)
    dealt = deal(clients.labels, case.classes, case.clients, case.images, clients.alpha, *names, *seed)
    truth = torch.stack([torch.bincount(clients.labels[held], minlength=case.classes) for held in dealt])
    fishing = _models(case, server, seed)
    program, backend = Program(method, case.steps, rate), Backend(server.network)
    weights = _weights(case, seed)
    own: dict[int, Tensor] = {}  # for the baseline without secure aggregation alone
    shapes = {name: value.shape for name, value in split_state(server.network, server.state)[0].items()}

    def vector_of(client: int) -> np.ndarray:
        params, buffers = split_state(server.network, fishing.model(client))
        held = dealt[client].tensor_split(case.steps)
        inputs, labels = clients.inputs, clients.labels
        batches = [backend.training_gradient(backend.laid_out(inputs(b)), labels[b], dict(buffers)) for b in held]
        flat = torch.cat([value.flatten() for value in program.shared(params, batches).values()]).double()
        if case.design == HONEST:
            own[client] = _head(flat, shapes, server.tap)
        return _defended(flat, case, float(weights[client]), (*names, *seed, client)).numpy()

    begin = time.monotonic()
    drop = range(case.dropped)
    summed = torch.from_numpy(aggregate(vector_of, case.clients, protocol, case.part, *seed, drop=drop))
    between = time.monotonic()
    left = torch.arange(case.dropped, case.clients)
    observed, truth = _head(summed, shapes, server.tap), truth[left]
    if case.design == HONEST:
        found = dict(_honest(case, server, observed, own, truth))
        return Outcome(_scores(found, truth), 0.0, 0.0, 0.0, accuracy(server, server.state), (between - begin, 0.0))
    fishing = replace(fishing, betas=fishing.betas[left])
    readout = Readout(server.network, server.state, server.tap, server.images, NODES if case.gamma > 0 else 1)
    parts = system(fishing.embeddings(readout))
    found = {}
    plain = Program(FedAvg(), case.steps, rate)
    believes = {"naive": plain} | ({"aware": program} if method != FedAvg() else {})
    for name, believed in believes.items():
        known = weights[left] if case.weights == "known" else torch.ones(len(left))
        recovery = Recovery(fishing, readout, believed, case.images, known)
        unknown = case.weights == "unknown" or case.clip > 0
        found[name] = (recovery.labels_unscaled if unknown else recovery.labels)(observed, parts)
    seconds = between - begin, time.monotonic() - between
    honest = server.state[f"{server.tap.norm}.bias"]
    distance = float((fishing.betas - honest).norm(dim=1).mean())
    return Outcome(
        _scores(found, truth), parts.least, parts.condition, distance, accuracy(server, fishing.model(0)), seconds
    )


def accuracy(server: Server, state: State) -> float:
    """On the server's test images, by batch statistics, as a client sees the model at work."""
    backend = Backend(server.network)
    with torch.no_grad():
        found = logits(backend._by_batch, state, server.test[0])
    return float((found.argmax(1) == server.test[1]).double().mean())


def _models(case: Case, server: Server, seed: tuple[object, ...]) -> Fishing:
    honest = server.state[f"{server.tap.norm}.bias"]
    if case.design == HONEST:
        return Fishing(server.state, server.tap, 1.0, honest.expand(case.clients, -1))
    design, names = cast(Design, case.design), (case.network, case.clients)
    betas = shifts(design, honest, case.clients, case.strength, server.rectified, *names, *seed)
    return Fishing(server.state, server.tap, case.gamma, betas)


def _weights(case: Case, seed: tuple[object, ...]) -> Tensor:
    """(N,) in the sum, from 0.5 to 2 where they are not equal."""
    if case.weights == "equal":
        return torch.ones(case.clients, dtype=torch.float64)
    draw = torch.rand(case.clients, dtype=torch.float64, generator=generator("lia", "weights", *seed))
    return 4**draw / 2


def _defended(vector: Tensor, case: Case, weight: float, seed: tuple[object, ...]) -> Tensor:
    """A client's vector (P,) as it enters the protocol: clipped, noised, weighted."""
    if case.clip > 0:
        vector = vector * (case.clip / vector.norm()).clamp(max=1)
    if case.noise > 0:
        vector = vector + case.noise * torch.randn(
            vector.shape, dtype=vector.dtype, generator=generator("lia", "noise", *seed)
        )
    return vector * weight


def _head(vector: Tensor, shapes: dict[str, torch.Size], tap: Tap) -> Tensor:
    """The last layer's part (K, d + 1) of a vector of all parameters: weights beside biases."""
    pieces = dict(zip(shapes, vector.split([shape.numel() for shape in shapes.values()]), strict=True))
    weight, bias = f"{tap.head}.weight", f"{tap.head}.bias"
    return torch.cat([pieces[weight].view(shapes[weight]), pieces[bias][:, None]], 1).double()


def _honest(
    case: Case, server: Server, summed: Tensor, own: dict[int, Tensor], truth: Tensor
) -> Iterator[tuple[str, Tensor]]:
    """Counts of each client (N, K) by baselines: from the sum, each client is taken for the mean."""
    head: Params = {name: server.state[f"{server.tap.head}.{name}"] for name in ("weight", "bias")}
    count, total = len(truth), len(truth) * case.images
    mean = summed / count

    def spread(population: Tensor) -> Tensor:
        return whole((population / total)[None].expand(count, -1), case.images)

    yield "iLRG on the sum", spread(ilrg(mean[:, :-1], mean[:, -1], head["weight"], head["bias"], total))
    yield "LLG on the sum", spread(llg(mean[:, -1], total))
    yield "chance", whole(torch.full((count, case.classes), 1 / case.classes), case.images)
    each = [ilrg(g[:, :-1], g[:, -1], head["weight"], head["bias"], case.images) for _, g in sorted(own.items())]
    yield "own gradient", torch.stack(each)


def _scores(found: dict[str, Tensor], truth: Tensor) -> list[Score]:
    scores = []
    for name, counts in found.items():
        each = right(counts, truth)
        together = float(right(counts.sum(0, keepdim=True), truth.sum(0, keepdim=True)))
        scores.append(Score(name, float(each.mean()), float((each == 1).double().mean()), together))
    return scores
