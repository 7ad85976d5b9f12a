"""From all candidates to one answer a target."""

from typing import NamedTuple

import torch
from torch import Tensor

from flatgia.attacks.view import Attempt, View
from flatgia.core.errors import FlatgiaError


class Reconstruction(NamedTuple):
    """One answer a target."""

    images: Tensor  # (T, B, C, H, W) in [0, 1]
    cost: Tensor  # (T, R)
    chosen: Tensor  # (T,), the restart that was taken
    curve: Tensor  # (points, T), of the chosen restart


def best_restart(view: View, attempt: Attempt) -> Reconstruction:
    """The restart of least gradient cost, with its own image. Raises `FlatgiaError` if all of a target diverged."""
    cost, whole = _sound(view, attempt)
    if not whole.any(1).all():
        target = int((~whole.any(1)).nonzero()[0])
        remedy = "lower its learning rate or give it more restarts"
        raise FlatgiaError(view.label, f"every restart diverged to NaN on target {target}", remedy)
    chosen, rows = _best(view, attempt)
    images = (attempt.inputs[rows] * view.std + view.mean).clamp(0, 1)
    return Reconstruction(images, cost, chosen, attempt.curve[:, rows])


def keep_best(view: View, attempt: Attempt) -> Attempt:
    """One candidate a target: the restart of least gradient cost."""
    _, rows = _best(view, attempt)
    return Attempt(attempt.inputs[rows], attempt.cost[rows], attempt.curve[:, rows])


def _sound(view: View, attempt: Attempt) -> tuple[Tensor, Tensor]:
    """Costs (T, R), and which candidates are free of NaN and infinity."""
    cost = attempt.cost.view(view.targets, -1)
    return cost, attempt.inputs.flatten(1).isfinite().all(1).view_as(cost) & cost.isfinite()


def _best(view: View, attempt: Attempt) -> tuple[Tensor, Tensor]:
    """The best restart of each target, and its place among all candidates."""
    cost, whole = _sound(view, attempt)
    chosen = torch.where(whole, cost, torch.inf).argmin(1)
    return chosen, chosen + torch.arange(view.targets, device=chosen.device) * cost.shape[1]
