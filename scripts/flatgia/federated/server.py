"""The server: draws clients, aggregates, measures accuracy."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from flatgia.core.errors import FlatgiaError
from flatgia.core.seeds import generator
from flatgia.federated import tree
from flatgia.federated.client import train_locally
from flatgia.federated.methods.base import Method
from flatgia.federated.together import can_be_together, train_together
from flatgia.gradients.backend import Backend
from flatgia.networks.forward import logits
from flatgia.networks.network import Params, State, norm_names, split_state
from flatgia.networks.own import keep_own, of_client
from flatgia.settings.sections import Federation

Client = tuple[Tensor, Tensor]  # model inputs and labels


def drawn_clients(federation: Federation, seed: int, number: int) -> list[int]:
    """The clients of round `number`, ascending; the same for every method."""
    order = torch.randperm(federation.clients, generator=generator("clients", seed, number))
    return sorted(order[: federation.clients_per_round].tolist())


def play_round(
    backend: Backend,
    state: State,
    broadcast: Params | None,
    method: Method,
    clients: list[Client],
    federation: Federation,
    seed: int,
    number: int,
) -> tuple[State, Params | None]:
    """The global state after round `number`, buffers averaged as parameters are, and what goes along with it.

    Raises `FlatgiaError` if it diverges.
    """
    drawn = drawn_clients(federation, seed, number)
    own = norm_names(backend.network) if federation.norms == "own" else set()
    starts = [of_client(state, client) for client in drawn]
    seeds = [(seed, number, client) for client in drawn]
    chosen = [clients[client] for client in drawn]
    if not own and method.for_pass() is method and can_be_together(backend, chosen):
        results = train_together(backend, state, broadcast, method, chosen, federation.local, seeds)
    else:
        results = [
            train_locally(backend, start, broadcast, method, *data, federation.local, *each)
            for start, data, each in zip(starts, chosen, seeds, strict=True)
        ]
    for client, local in zip(drawn, results, strict=True):
        if not all(torch.isfinite(value).all() for value in local.values()):
            where = f"round {number + 1}, client {client}"
            raise FlatgiaError(where, "training diverged to NaN or infinity", "lower federation.learning_rate or rho")
    after = tree.mean(results, [len(labels) for _, labels in chosen])
    if own:
        after = keep_own(state, after, dict(zip(drawn, results, strict=True)), own)
    return after, method.broadcast(*(split_state(backend.network, each)[0] for each in (state, after)))


@torch.no_grad()
def evaluate(backend: Backend, state: State, inputs: Tensor, labels: Tensor) -> tuple[float, float]:
    """Accuracy in [0, 1] and mean cross-entropy, in eval mode."""
    found = torch.cat([logits(backend.network, state, block) for block in inputs.split(1000)]).double()
    correct = (found.argmax(1) == labels).double().mean()
    return correct.item(), cross_entropy(found, labels).item()
