"""Local training as a differentiable function of the images: what a client sends, and what an attacker takes it to be."""

from collections.abc import Sequence
from itertools import islice

import torch
from torch import Tensor

from flatgia.attacks.victim import Victim
from flatgia.federated import tree
from flatgia.federated.client import batches, sgd_step
from flatgia.networks.network import Params, split_state
from flatgia.studies.updates.case import Case


def order_of(case: Case, *seed: object) -> list[Tensor]:
    """The images of each step: fresh permutations in batches, as in federated training."""
    epochs = -(-case.steps // case.in_an_epoch)
    return list(islice(batches(case.images, epochs, case.batch, "updates", *seed), case.steps))


def at_once(images: int) -> list[Tensor]:
    """One step on all images: an update taken for a gradient."""
    return [torch.arange(images)]


def simulate(
    client: Victim, order: Sequence[Tensor], rate: float, decay: float, inputs: Tensor, labels: Tensor
) -> tuple[Params, Params]:
    """The weights after a step for each batch of `order` over inputs (n, C, H, W), and the mean of the steps' directions.

    (w_0 - w_k)/(k rate) is that mean, which is summed here: subtracting weights would leave their rounding. Differentiable
    once by the inputs, and to be mapped over with vmap. Running statistics do not move.
    """
    params, buffers = split_state(client.backend.network, client.state)
    total: Params | None = None
    for batch in order:
        gradient_at = client.backend.gradient(inputs[batch], labels[batch], buffers, client.mode)
        if client.method is None:
            gradient = gradient_at(params)
        else:
            gradient = client.method.gradient(gradient_at, params, client.broadcast)
        direction = tree.add(gradient, params, decay)
        total = direction if total is None else tree.add(total, direction)
        params = sgd_step(params, gradient, rate, decay)
    assert total is not None
    return params, {name: value / len(order) for name, value in total.items()}


def sent(client: Victim, order: Sequence[Tensor], rate: float, decay: float, inputs: Tensor, labels: Tensor) -> Params:
    """What the server makes of the weights that a client returns: (w_0 - w_k)/(k rate), with the rounding of the weights."""
    after, _ = simulate(client, order, rate, decay, inputs, labels)
    return {name: (before - after[name]) / (rate * len(order)) for name, before in client.params.items()}
