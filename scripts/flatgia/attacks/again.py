"""Searching again where a search has failed, as an attacker would who sees the cost.

An attacker cannot know whether its model of the client is right and would also search again where it is wrong, in vain: the
truth itself has a cost there. Those searches are spared.
"""

from dataclasses import replace
from typing import NamedTuple

import torch
from scipy.ndimage import gaussian_filter
from torch import Tensor

from flatgia.attacks.agreement import distances
from flatgia.attacks.select import Reconstruction, best_restart
from flatgia.attacks.view import Attack, Attempt, View
from flatgia.core.failures import has_failed

# The starts that are tried in turn: the deviation of the noise, in that of the attack's own start, and the blur in pixels of
# the best answer so far below it, or None for a start without it.
STARTS: list[tuple[float, float | None]] = [
    (1, None),
    (0, None),
    (1, 2),
    (5, None),
    (1, 1),
    (10, None),
    (1, 4),
    (5, None),
]


class Searched(NamedTuple):
    """The best answers, how far the modelled gradient is from the observed one there, and how many searches each took."""

    found: Reconstruction
    distance: Tensor  # (T,)
    searches: Tensor  # (T,), integers


def search(view: View, attack: Attack, attempt: Attempt, distance_truth: Tensor, retries: int) -> Searched:
    """The answer of `attempt`; where it has failed, the best of up to `retries` more. Raises `FlatgiaError` if all diverged."""
    found = best_restart(view, attempt)
    distance = distances(view, view.to_inputs(found.images))
    searches = torch.ones_like(distance, dtype=torch.int64)
    for number in range(1, retries + 1):
        places = has_failed(distance, distance_truth).nonzero()[:, 0]
        if not len(places):
            break
        scale, sigma = STARTS[(number - 1) % len(STARTS)]
        part = view.only(places, ("again", number))
        if sigma is not None:
            part = replace(part, first=blurred(part.to_inputs(found.images[places]), sigma))
        other = best_restart(part, attack.scattered(scale).run(part))
        reached = distances(part, part.to_inputs(other.images))
        better = reached < distance[places]
        found = _replaced(found, places[better], other, better)
        distance[places[better]] = reached[better]
        searches[places] += 1
    return Searched(found, distance, searches)


def blurred(inputs: Tensor, sigma: float) -> Tensor:
    """Model inputs (T, B, C, H, W) under a Gaussian of `sigma` pixels."""
    filtered = gaussian_filter(inputs.cpu().numpy(), (0, 0, 0, sigma, sigma), mode="nearest")
    return torch.from_numpy(filtered).to(inputs.device)


def _replaced(found: Reconstruction, places: Tensor, other: Reconstruction, better: Tensor) -> Reconstruction:
    """`found` with the `better` ones of `other` at `places`."""
    images, cost, chosen, curve = (tensor.clone() for tensor in found)
    images[places], cost[places], chosen[places] = other.images[better], other.cost[better], other.chosen[better]
    curve[:, places] = other.curve[:, better]
    return Reconstruction(images, cost, chosen, curve)
