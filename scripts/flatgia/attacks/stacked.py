"""Several checkpoints attacked as one batch, which fills a GPU; each candidate has the model of its own checkpoint."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from flatgia.attacks.victim import Victim
from flatgia.attacks.view import Attempt, View
from flatgia.networks.network import Params


def fit_together(models: Sequence[Victim]) -> bool:
    """Whether they differ in their state alone, and it is all of parameters: FedGF has no broadcast at round 0."""
    sent = {model.broadcast is None for model in models}
    return len(sent) == 1 and not any(list(model.backend.network.buffers()) for model in models)


def join(views: Sequence[View], models: Sequence[Victim]) -> View:
    """One view of all targets at all checkpoints, checkpoint after checkpoint; the views differ in their model alone."""
    states = stack([model.state for model in models])
    broadcast = models[0].broadcast and stack([model.broadcast for model in models if model.broadcast is not None])

    def gradient(inputs: Tensor, known: Tensor) -> Params:
        labels, place = known[:-1], known[-1:]
        mine = {name: value.index_select(0, place)[0] for name, value in states.items()}
        theirs = broadcast and {name: value.index_select(0, place)[0] for name, value in broadcast.items()}
        return models[0]._replace(state=mine, broadcast=theirs).gradient()(inputs, labels)

    labels = torch.cat([view.labels for view in views])
    return replace(
        views[0],
        gradient=gradient,
        fused=None,
        at_once=None,
        observed=tuple(torch.cat(tensors) for tensors in zip(*(view.observed for view in views), strict=True)),
        labels=labels,
        norms=tuple(torch.cat(tensors) for tensors in zip(*(view.norms for view in views), strict=True)),
        checkpoints=len(views),
        places=torch.arange(len(views), device=labels.device).repeat_interleave(views[0].targets),
        label=f"{views[0].label} and {len(views) - 1} more",
    )


def stack(trees: Sequence[Params]) -> Params:
    """Each parameter of all checkpoints as one tensor (checkpoints, ...)."""
    return {name: torch.stack([tree[name] for tree in trees]) for name in trees[0]}


def split(attempt: Attempt, checkpoints: int) -> Iterator[Attempt]:
    """The candidates of each checkpoint."""
    parts = attempt.inputs.chunk(checkpoints), attempt.cost.chunk(checkpoints), attempt.curve.chunk(checkpoints, 1)
    for part in zip(*parts, strict=True):
        yield Attempt(*part)
