"""Several checkpoints attacked as one batch, which fills a GPU; each candidate has the model of its own checkpoint."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor, nn

from flatgia.attacks.select import Reconstruction
from flatgia.attacks.view import View
from flatgia.federated.gradients import shared_gradient
from flatgia.federated.methods.base import Method
from flatgia.models.network import Params


class Model(NamedTuple):
    """A checkpoint as the attacker models it."""

    network: nn.Module
    params: Params
    believed: Method | None  # what it takes the clients to run; None: plain gradients
    broadcast: Params | None


def join(views: Sequence[View], models: Sequence[Model]) -> View:
    """One view of all targets at all checkpoints, checkpoint after checkpoint; the views differ in their model alone.

    The labels have one column more, the place of the checkpoint, by which each candidate finds its weights.
    """
    network, _, believed, _ = models[0]
    params = stack([model.params for model in models])
    broadcast = None if models[0].broadcast is None else stack([model.broadcast for model in models])

    def gradient(inputs: Tensor, known: Tensor) -> Params:
        labels, place = known[:-1], known[-1:]
        mine = {name: value.index_select(0, place)[0] for name, value in params.items()}
        sent = broadcast and {name: value.index_select(0, place)[0] for name, value in broadcast.items()}
        return shared_gradient(network, mine, believed, sent)(inputs, labels)

    places = [torch.full_like(view.labels[:, :1], place) for place, view in enumerate(views)]
    known = [torch.cat([view.labels, place], 1) for view, place in zip(views, places, strict=True)]
    observed = tuple(torch.cat(tensors) for tensors in zip(*(view.observed for view in views), strict=True))
    label = views[0].label if len(views) == 1 else f"{views[0].label} and {len(views) - 1} more"
    return replace(
        views[0], gradient=gradient, observed=observed, labels=torch.cat(known), checkpoints=len(views), label=label
    )


def stack(trees: Sequence[Params]) -> Params:
    """Each parameter of all checkpoints as one tensor (checkpoints, ...)."""
    return {name: torch.stack([tree[name] for tree in trees]) for name in trees[0]}


def split(found: Reconstruction, checkpoints: int) -> Iterator[Reconstruction]:
    """The answers of each checkpoint."""
    dims = Reconstruction(images=0, cost=0, chosen=0, curve=1)
    parts = [value.chunk(checkpoints, dim) for value, dim in zip(found, dims, strict=True)]
    for part in zip(*parts, strict=True):
        yield Reconstruction(*part)
