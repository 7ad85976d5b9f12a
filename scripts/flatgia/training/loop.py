"""The loop around an optimiser: mini-batches by seed, momentum, weight decay, a cosine schedule; epoch by epoch."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import process_time

import torch
from torch import Tensor

from flatgia.core.seeds import generator
from flatgia.gradients.backend import Backend
from flatgia.networks.network import State, initial_state, split_state
from flatgia.training.loss import BatchLoss
from flatgia.training.optimiser import Memory, Optimiser
from flatgia.training.vector import Vectors


@dataclass(frozen=True)
class Schedule:
    """The numbers of a training but for the optimiser's own."""

    epochs: int
    batch_size: int
    learning_rate: float
    momentum: float
    weight_decay: float


@dataclass(frozen=True)
class Reached:
    """A training after so many epochs: weights and velocity (P,), running statistics, the optimiser's memory, and its cost
    until now in mini-batch gradients and in seconds of a core."""

    epoch: int
    weights: Tensor
    velocity: Tensor
    buffers: State
    memory: Memory
    evaluations: int = 0
    seconds: float = 0.0

    @property
    def finite(self) -> bool:
        """Whether it has not diverged."""
        return bool(self.weights.isfinite().all())


# Step number, loss of the mini-batch, weights, direction, the optimiser's memory; called before the step is taken.
Watch = Callable[[int, BatchLoss, Tensor, Tensor, Memory], None]


def beginning(optimiser: Optimiser, backend: Backend, init: str, *seed: object) -> Reached:
    """The initial weights, the same for every optimiser."""
    vectors = Vectors(backend.network)
    params, buffers = split_state(backend.network, initial_state(backend.network, init, *seed))
    weights = vectors.vector(params)
    return Reached(0, weights, torch.zeros_like(weights), buffers, optimiser.start(len(weights), *seed))


def train_epochs(
    optimiser: Optimiser,
    backend: Backend,
    reached: Reached,
    inputs: Tensor,
    labels: Tensor,
    schedule: Schedule,
    *seed: object,
    watch: Watch | None = None,
) -> Iterator[Reached]:
    """What is reached after each epoch that is left; it ends early with one that is not `finite`.

    w <- w - lr v, v <- momentum v + d + weight_decay w, as torch.optim.SGD has it; lr falls from the given one as a cosine.
    """
    vectors = Vectors(backend.network)
    steps = math.ceil(len(labels) / schedule.batch_size)
    while reached.epoch < schedule.epochs and reached.finite:
        weights, velocity, memory = reached.weights, reached.velocity, reached.memory
        buffers = {name: value.clone() for name, value in reached.buffers.items()}
        evaluations, seconds = reached.evaluations, reached.seconds
        order = torch.randperm(len(labels), generator=generator("batches", *seed, reached.epoch))
        for place, batch in enumerate(order.split(schedule.batch_size)):
            begin, step = process_time(), reached.epoch * steps + place
            rate = schedule.learning_rate * (1 + math.cos(math.pi * step / (steps * schedule.epochs))) / 2
            loss = BatchLoss(backend, vectors, inputs[batch], labels[batch], buffers)
            direction, memory = optimiser.direction(loss, weights, memory)
            evaluations += loss.evaluations
            seconds += process_time() - begin
            if watch is not None:
                watch(step, loss, weights, direction, memory)
            velocity = schedule.momentum * velocity + direction + schedule.weight_decay * weights
            weights = weights - rate * velocity
        reached = replace(
            reached, epoch=reached.epoch + 1, weights=weights, velocity=velocity, buffers=buffers, memory=memory,
            evaluations=evaluations, seconds=seconds,
        )  # fmt: skip
        yield reached
