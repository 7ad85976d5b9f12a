"""The server: draws clients, aggregates, measures accuracy."""

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import cross_entropy

from flatgia.core.errors import FlatgiaError
from flatgia.core.seeds import generator
from flatgia.federated import tree
from flatgia.federated.client import train_locally
from flatgia.federated.methods.base import Method
from flatgia.federated.together import can_be_together, train_together
from flatgia.networks.network import Params
from flatgia.settings.sections import Federation

Client = tuple[Tensor, Tensor]  # model inputs and labels


def drawn_clients(federation: Federation, seed: int, number: int) -> list[int]:
    """The clients of round `number`, ascending; the same for every method."""
    order = torch.randperm(federation.clients, generator=generator("clients", seed, number))
    return sorted(order[: federation.clients_per_round].tolist())


def play_round(
    network: nn.Module,
    params: Params,
    broadcast: Params | None,
    method: Method,
    clients: list[Client],
    federation: Federation,
    seed: int,
    number: int,
) -> tuple[Params, Params | None]:
    """The global model after round `number`, and what goes along with it. Raises `FlatgiaError` if it diverges."""
    drawn = drawn_clients(federation, seed, number)
    seeds = [(seed, number, client) for client in drawn]
    chosen = [clients[client] for client in drawn]
    if can_be_together(chosen):
        results = train_together(network, params, broadcast, method, chosen, federation.local, seeds)
    else:
        results = [
            train_locally(network, params, broadcast, method, *data, federation.local, *own)
            for data, own in zip(chosen, seeds, strict=True)
        ]
    for client, local in zip(drawn, results, strict=True):
        if not all(torch.isfinite(value).all() for value in local.values()):
            where = f"round {number + 1}, client {client}"
            raise FlatgiaError(where, "training diverged to NaN or infinity", "lower federation.learning_rate or rho")
    after = tree.mean(results, [len(labels) for _, labels in chosen])
    return after, method.broadcast(params, after)


@torch.no_grad()
def evaluate(network: nn.Module, params: Params, inputs: Tensor, labels: Tensor) -> tuple[float, float]:
    """Accuracy in [0, 1] and mean cross-entropy."""
    parts = [functional_call(network, params, (block,)) for block in inputs.split(1000)]
    logits = torch.cat(parts).double()
    correct = (logits.argmax(1) == labels).double().mean()
    return correct.item(), cross_entropy(logits, labels).item()
