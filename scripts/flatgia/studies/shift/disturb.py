"""What a client of a method adds to the plain gradient, and disturbances of the same size that search for nothing."""

from typing import NamedTuple

import torch
from torch import Tensor

from flatgia.attacks.victim import Victim
from flatgia.core.seeds import generator
from flatgia.federated import tree
from flatgia.gradients.jacobian import flat
from flatgia.networks.network import Params, split_state

KINDS = ("sent", "random", "noise")


class Disturbed(NamedTuple):
    """Gradients (P,) of one image: the plain one, and by `KINDS` others; the norm of the client's perturbation."""

    plain: Tensor
    others: dict[str, Tensor]
    perturbation: float


def disturb(client: Victim, inputs: Tensor, labels: Tensor, *seed: object) -> Disturbed:
    """`sent` is what the client shares of inputs (1, C, H, W); `random` is the gradient at weights moved as far as it moves
    them, any way; `noise` is the plain gradient with as much isotropic noise as `sent` differs from it."""
    params, buffers = split_state(client.backend.network, client.state)
    gradient_at = client.backend.gradient(inputs, labels, buffers, client.mode)
    points: list[Params] = []

    def noted(point: Params) -> Params:
        points.append(point)
        return gradient_at(point)

    plain = flat(gradient_at(params).values())
    assert client.method is not None
    sent = flat(client.method.gradient(noted, params, client.broadcast).values())
    moved = tree.add(points[-1], params, -1.0)
    length = float(tree.norm(moved))
    draws = {name: _normal(value, "perturbation", *seed, name) for name, value in params.items()}
    random = tree.add(params, draws, length / float(tree.norm(draws)))
    noise = _normal(plain, "noise", *seed)
    others = {
        "sent": sent,
        "random": flat(gradient_at(random).values()),
        "noise": plain + noise * ((sent - plain).norm() / noise.norm()),
    }
    return Disturbed(plain, others, length)


def _normal(like: Tensor, *seed: object) -> Tensor:
    draw = torch.randn(like.shape, dtype=torch.float64, generator=generator("shift", *seed))
    return draw.to(like)
