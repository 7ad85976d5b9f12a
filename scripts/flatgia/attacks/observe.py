"""The client's side: the gradients it shares of the images that are attacked."""

from functools import partial
from typing import Any

import torch
from torch import Tensor

from flatgia.attacks.guard import check_gradient
from flatgia.attacks.labels import infer_labels
from flatgia.attacks.optimisers.native_two_loop import direction_for
from flatgia.attacks.victim import Victim
from flatgia.attacks.view import View
from flatgia.networks.statistics import Statistics, running_statistics


def target_batches(count: int, size: int) -> Tensor:
    """(count, size) indices: batch i holds targets i, i + 1, ..., around the end; each target leads one batch."""
    return (torch.arange(count)[:, None] + torch.arange(size)[None, :]) % count


def shape_of(inputs: Tensor) -> tuple[int, int, int, int]:
    """B, C, H, W of inputs (T, B, C, H, W)."""
    _, batch, channels, height, width = inputs.shape
    return batch, channels, height, width


def observe(client: Victim, inputs: Tensor, labels: Tensor) -> tuple[Tensor, ...]:
    """The shared gradient of each batch: inputs (T, B, C, H, W), labels (T, B) to one tensor (T, ...) a parameter.

    Raises `FlatgiaError` if one is zero or not finite.
    """
    gradient = client.gradient()
    shared = [gradient(x, y) for x, y in zip(inputs, labels, strict=True)]
    for one in shared:
        check_gradient(one, "the shared gradient")
    each = [tuple(one.values()) for one in shared]
    return tuple(torch.stack(tensors).detach() for tensors in zip(*each, strict=True))


def statistics_of(client: Victim, inputs: Tensor) -> Statistics:
    """Those of each batch of inputs (T, B, C, H, W), each (T, C)."""
    each = [client.statistics(batch) for batch in inputs]
    return tuple(torch.stack(tensors).detach() for tensors in zip(*each, strict=True))


def running(client: Victim, targets: int) -> Statistics:
    """The running statistics for each target, each (T, C)."""
    found = running_statistics(client.backend.network, client.state)
    return tuple(tensor.expand(targets, *tensor.shape) for tensor in found)


def server_view(
    believed: Victim,
    observed: tuple[Tensor, ...],
    labels: Tensor | None,
    shape: tuple[int, int, int, int],
    statistics: tuple[Tensor, Tensor],
    compile: str,
    generator: Any,
    seed: tuple[object, ...],
    label: str,
    norms: Statistics | None = None,
) -> View:
    """What the attacker sees; it takes the client to be `believed`, and infers labels (T, B) if not given.

    `statistics` are mean and deviation (C, 1, 1) of the images; `norms` those of each batch (T, C) before the batch norms, if
    it knows them: if not, it takes the running ones for them.
    """
    mean, std = (value.to(observed[0]) for value in statistics)
    labels = infer_labels(believed, observed, shape[0], shape[1:]).values if labels is None else labels
    backend = believed.backend
    quick = backend.covers(torch.empty(shape, device=observed[0].device))
    direction = direction_for(compile, observed[0].device)
    alone = quick and believed.method is None and shape[0] == 1
    return View(
        believed.gradient(),
        observed,
        labels,
        shape,
        mean,
        std,
        generator,
        seed,
        "never" if quick else compile,
        label,
        fused=partial(backend.matching, believed.params) if alone else None,
        at_once=partial(backend.at_once, believed.params) if alone else None,
        direction=direction,
        norms=running(believed, len(labels)) if norms is None else norms,
        statistics=believed.statistics,
    )
