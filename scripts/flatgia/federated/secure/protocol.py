"""A round of secure aggregation from end to end: clients' vectors in, their sum out."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flatgia.core.seeds import seed_of
from flatgia.federated.secure.client import Client
from flatgia.federated.secure.fixed_point import FixedPoint
from flatgia.federated.secure.graph import neighbours
from flatgia.federated.secure.server import Server


@dataclass(frozen=True)
class Protocol:
    """How a sum is hidden: the numbers, each client's neighbours, the share of them that must be left to undo its masks."""

    numbers: FixedPoint
    degree: int
    threshold: float

    def needed(self, neighbours: int) -> int:
        """How many of so many neighbours must be left."""
        return max(1, min(neighbours, round(self.threshold * neighbours)))


def aggregate(
    vector_of: Callable[[int], NDArray[np.floating[Any]]],
    count: int,
    protocol: Protocol,
    *seed: object,
    drop: Collection[int] = (),
) -> NDArray[np.float64]:
    """The sum (P,) of the vectors of `count` clients but those that `drop` out; each is asked for once, and not kept.

    Those that drop out do so at the worst time: after others have masked with them. Raises `FlatgiaError` for fewer than two
    clients, numbers out of range, or too few left.
    """
    names = range(count)
    graph = neighbours(names, protocol.degree, _random("graph", *seed))
    clients = [Client(name, _random("client", *seed, name)) for name in names]
    keys = {client.name: client.advertise() for client in clients}
    threshold = protocol.needed(min(map(len, graph.values())))
    inbox: dict[int, dict[int, bytes]] = {}
    for client in clients:  # the server only relays: it cannot decrypt these
        sent = client.share({other: keys[other] for other in graph[client.name]}, threshold)
        for other, message in sent.items():
            inbox.setdefault(other, {})[client.name] = message
    for client in clients:
        client.receive(inbox[client.name])
    server = Server(keys, graph, threshold, protocol.numbers)
    for client in clients:
        if client.name not in drop:
            server.add(client.name, client.masked(vector_of(client.name), protocol.numbers, count))
    answers = {name: clients[name].unmask(server.alive, server.dropped) for name in sorted(server.alive)}
    return protocol.numbers.decode(server.unmasked(answers))


def _random(*seed: object) -> np.random.Generator:
    return np.random.default_rng(seed_of("secure aggregation", *seed))
