"""Where an attacker who models the plain gradient g ends when g + d is shared, to first order at the truth x.

Two predictions, neither of which sees an answer. `ridge` is dx = (J^T J + eps)^-1 J^T d, with eps the mean curvature of the
attack's total variation where an image is smooth: its weight w comes to 4 w ||g||^2 / (EDGE D) in D entries. It leaves the
prior no way to draw the truth itself elsewhere. `prior` takes the attack's own cost and prior, with slope and curvature at the
truth: dx = (K^T K + w L)^-1 (K^T M d - w L x), K = M J, where M makes the cost half a squared norm and L x is the slope of the
total variation. Of the attack's weights w both take the one that its own rule would (flatgia.attacks.optimisers.refine): the
strongest whose cost is near the least.
"""

from collections.abc import Sequence
from typing import NamedTuple

import scipy.sparse
import torch
from torch import Tensor

from flatgia.attacks.optimisers.refine import EDGE, SLACK
from flatgia.core.roots import root
from flatgia.gradients.jacobian import gram, ridge


class Shifts(NamedTuple):
    """Of each of R disturbances: dx (R, D), and the weight of the total variation that was taken (R,)."""

    shift: Tensor
    weight: Tensor


def by_ridge(jacobian: Tensor, added: Tensor, norm: Tensor, weights: Sequence[float]) -> Shifts:
    """From J's columns (D, P), disturbances d (R, P) and ||g||; double precision, as all here."""
    size = len(jacobian)
    curvature = torch.eye(size, dtype=added.dtype, device=added.device) * (4 / (EDGE * size))
    return _first_order(jacobian / norm, added / norm, curvature, torch.zeros_like(jacobian[:, 0]), weights)


def by_prior(jacobian: Tensor, added: Tensor, image: Tensor, weights: Sequence[float]) -> Shifts:
    """From columns (D, Q) and disturbances (R, Q) under M, and the model inputs (C, H, W)."""
    curvature = variation_curvature(image)
    return _first_order(jacobian, added, curvature, curvature @ image.flatten(), weights)


def _first_order(rows: Tensor, added: Tensor, curvature: Tensor, slope: Tensor, weights: Sequence[float]) -> Shifts:
    whole = gram(rows.float())  # rounds at 1e-10 of the largest eigenvalue; no weight comes near that
    towards, squares = added @ rows.T, added.square().sum(1)
    found, costs = [], []
    for weight in weights:
        dx = ridge(whole + weight * curvature, (towards - weight * slope).T, 0.0).T
        found.append(dx)
        costs.append((dx * (dx @ whole) - 2 * dx * towards).sum(1) + squares)
    cost = torch.stack(costs).clamp(min=0)
    chosen = (cost <= SLACK * cost.amin(0)).int().argmax(0)
    given = torch.tensor(list(weights), dtype=torch.float64)
    rows_of = torch.arange(len(added), device=chosen.device)
    return Shifts(torch.stack(found)[chosen, rows_of], given[chosen.cpu()])


def variation_curvature(image: Tensor) -> Tensor:
    """L (D, D): L x is the gradient of `smooth_variation` at x (C, H, W), and x^T L x its lagged curvature."""
    flat, places = image.flatten().cpu(), torch.arange(image.numel()).view(image.shape)
    total = scipy.sparse.csr_matrix((len(flat), len(flat)))
    for axis in (1, 2):
        after, before = (places.narrow(axis, start, image.shape[axis] - 1).flatten() for start in (1, 0))
        share = 1 / (len(after) * root((flat[after] - flat[before]).square() + EDGE**2))
        steps = [scipy.sparse.coo_matrix((signs, (range(len(after)), ends)), (len(after), len(flat)))
                 for signs, ends in (([1.0] * len(after), after), ([-1.0] * len(after), before))]  # fmt: skip
        difference = (steps[0] + steps[1]).tocsr()
        total = total + difference.T @ scipy.sparse.diags(share.numpy()) @ difference
    return torch.from_numpy(total.toarray()).to(image)
