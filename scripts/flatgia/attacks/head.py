"""Where a gradient shows that of the logits: the parameter that produces them, found by what it does, not by its place."""

from typing import Literal, NamedTuple

import torch
from torch import Tensor

from flatgia.attacks.victim import Victim
from flatgia.core.seeds import generator
from flatgia.networks.forward import logits

CLOSE = 1e-3  # relative, of what two probes must agree on; float32 leaves about 1e-5


class Head(NamedTuple):
    """The parameter whose gradient holds that of the logits, dL/dz."""

    place: int  # among the parameters
    kind: Literal["bias", "weight", "signs"]  # dL/dz up to a factor; dL/dz times the features; dL/dz's signs alone
    axis: int  # of the classes
    nonnegative: bool  # whether the features were, at a random input
    scale: float = 1.0  # of dL/dz in the gradient: of a bias exactly, of the features' sum at random inputs


def find_head(client: Victim, shape: tuple[int, ...]) -> tuple[Head | None, Tensor]:
    """The head of a network on inputs of `shape` (C, H, W), and how it classifies noise: probabilities (classes,).

    Random vectors v of zero sum (to which log-softmax is blind) are pulled back from the logits to each parameter: a bias
    gives v again whatever the input, the weights of a linear or convolutional head v times the features, no other either.
    """
    first = next(iter(client.params.values()))
    draw = generator("head", *shape)
    noise = torch.randn(8, *shape, generator=draw).to(first)
    with torch.no_grad():
        usual = logits(client.backend.network, client.state, noise).softmax(1).mean(0)
    probes = [*_pull(client, noise[:1], draw, 2), *_pull(client, noise[1:2], draw, 1)]
    heads = [_head(place, [(v, pulled[place]) for v, pulled in probes]) for place in range(len(client.params))]
    order = ("bias", "weight", "signs")
    return min(filter(None, heads), key=lambda head: (order.index(head.kind), -head.place), default=None), usual


def _pull(client: Victim, inputs: Tensor, draw: torch.Generator, count: int) -> list[tuple[Tensor, list[Tensor]]]:
    """Random vectors v (classes,) with what each becomes at every parameter."""
    leaves = {name: value.detach().requires_grad_() for name, value in client.params.items()}
    found = logits(client.backend.network, client.state | leaves, inputs)
    probes = []
    for _ in range(count):
        v = torch.randn(found.shape[1], generator=draw).to(found)
        v -= v.mean()
        pulled = torch.autograd.grad(found, list(leaves.values()), v[None], retain_graph=True, materialize_grads=True)
        probes.append((v, list(pulled)))
    return probes


def _head(place: int, probes: list[tuple[Tensor, Tensor]]) -> Head | None:
    """What the parameter is, from three vectors and what they are pulled back to, the third at another input."""
    (v, one), (_, two), _ = probes
    classes = len(v)
    if one.numel() == classes or (one.numel() == 1 and classes == 2):
        a, b, c = (pulled.flatten() / vector[-one.numel() :] for vector, pulled in probes)
        if a.abs().max() > 0 and a.min() > -CLOSE * a.abs().max() and two.any():
            weigh = v[-one.numel() :].abs()  # where a vector is small, so is the precision
            if _near(a * weigh, a.mean() * weigh) and _near(c * weigh, a.mean() * weigh):
                return Head(place, "bias", 0, True, float(a.mean()))
            if classes > 2 and _near(a * weigh, b * weigh):
                return Head(place, "signs", 0, True)
    for axis in (0, -1) if one.dim() > 1 else ():
        if one.shape[axis] == classes:
            products = [(vector, rows(pulled, axis)) for vector, pulled in probes]
            features = [vector @ pulled / vector.square().sum() for vector, pulled in products]
            if all(
                _near(pulled, u[:, None] * x) and x.any() for (u, pulled), x in zip(products, features, strict=True)
            ):
                positive = bool(features[0].min() >= 0) and len(features[0]) >= 16
                size = sum(float(x.sum()) for x in features[1:]) / 2 if positive else 1.0
                return Head(place, "weight", axis, positive, size)
    return None


def rows(tensor: Tensor, axis: int) -> Tensor:
    """A weight (...) with its axis of classes first and all else in one: (classes, features)."""
    return tensor.movedim(axis, 0).flatten(1)


def _near(a: Tensor, b: Tensor) -> bool:
    return bool((a - b).norm() <= CLOSE * max(a.norm(), b.norm()))
