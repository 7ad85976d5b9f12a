"""A client's local training."""

from collections.abc import Iterator

import torch
from torch import Tensor

from flatgia.core.seeds import generator, global_draws
from flatgia.federated.methods.base import Method
from flatgia.gradients.backend import Backend
from flatgia.networks.network import Params, State, split_state
from flatgia.settings.sections import Local


def batches(count: int, epochs: int, size: int, *seed: object) -> Iterator[Tensor]:
    """Index batches over `epochs` fresh permutations of `count` samples; the last of an epoch may be smaller."""
    for epoch in range(epochs):
        order = torch.randperm(count, generator=generator("batches", *seed, epoch))
        yield from order.split(size)


def sgd_step(params: Params, gradient: Params, learning_rate: float, weight_decay: float) -> Params:
    """w - lr (g + wd w): the weight decay acts at the unperturbed w."""
    keep = 1 - learning_rate * weight_decay
    return {name: torch.sub(keep * w, gradient[name], alpha=learning_rate) for name, w in params.items()}


def train_locally(
    backend: Backend,
    state: State,
    broadcast: Params | None,
    method: Method,
    inputs: Tensor,
    labels: Tensor,
    local: Local,
    *seed: object,
) -> State:
    """The state after `local.epochs` of mini-batch steps on (inputs, labels), in train mode."""
    params, given = split_state(backend.network, state)
    buffers = {name: value.clone() for name, value in given.items()}
    method = method.for_pass()
    with global_draws("dropout", *seed):
        for batch in batches(len(labels), local.epochs, local.batch_size, *seed):
            gradient_at = backend.training_gradient(inputs[batch], labels[batch], buffers)
            gradient = method.gradient(gradient_at, params, broadcast)
            params = sgd_step(params, gradient, local.learning_rate, local.weight_decay)
    return params | buffers
