"""A round's clients trained together, as one batch of models: for a GPU, where it is launching work that costs."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.func import vmap
from torch.nn.modules.dropout import _DropoutNd

from flatgia.federated.client import batches, sgd_step
from flatgia.federated.methods.base import Method
from flatgia.gradients.backend import Backend
from flatgia.networks.network import Params, State
from flatgia.settings.sections import Local

Client = tuple[Tensor, Tensor]


def can_be_together(backend: Backend, clients: Sequence[Client]) -> bool:
    """Whether they lie on a GPU, hold equally many images, and their network draws nothing and keeps no statistics.

    On a CPU one after another is faster.
    """
    own = any(True for _ in backend.network.buffers()) or any(
        isinstance(module, _DropoutNd) for module in backend.network.modules()
    )
    return not own and all(labels.is_cuda for _, labels in clients) and len({len(labels) for _, labels in clients}) == 1


def train_together(
    backend: Backend,
    params: State,
    broadcast: Params | None,
    method: Method,
    clients: Sequence[Client],
    local: Local,
    seeds: Sequence[tuple[object, ...]],
) -> list[Params]:
    """What `train_locally` gives for each client with its seed, up to rounding; all must hold equally many images."""

    def step(params: Params, inputs: Tensor, labels: Tensor) -> Params:
        gradient_at = backend.gradient(inputs, labels)
        gradient = method.gradient(gradient_at, params, broadcast)
        return sgd_step(params, gradient, local.learning_rate, local.weight_decay)

    count = len(clients[0][1])
    orders = [batches(count, local.epochs, local.batch_size, *seed) for seed in seeds]
    inputs, labels = (torch.stack(tensors) for tensors in zip(*clients, strict=True))
    who = torch.arange(len(clients), device=labels.device)[:, None]
    stacked = {name: value.expand(len(clients), *value.shape) for name, value in params.items()}
    chosen = [torch.stack(batch) for batch in zip(*orders, strict=True)]
    moved = torch.cat(chosen, 1).to(labels.device)  # at once: a copy at each step would wait for the steps before it
    for batch in moved.split([batch.shape[1] for batch in chosen], 1):
        stacked = vmap(step)(stacked, inputs[who, batch], labels[who, batch])
    return [{name: value[place] for name, value in stacked.items()} for place in range(len(clients))]
