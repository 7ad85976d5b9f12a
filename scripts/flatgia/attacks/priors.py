"""What an attack on pixels holds against an image: for autograd, and with its gradient in closed form."""

from typing import NamedTuple

import torch
from torch import Tensor

from flatgia.core.roots import root
from flatgia.gradients.native.variation import variation
from flatgia.gradients.objectives import image_norm, outside, smooth_variation, total_variation
from flatgia.networks.statistics import Statistics


class Prior(NamedTuple):
    """Weights of the total variation, rounded below `edge`, of the norm, of what lies outside the range of images, and of
    the statistics before the batch norms."""

    tv: float = 0.0
    edge: float = 0.0
    l2: float = 0.0
    box: float = 0.0
    bn: float = 0.0


def penalty(inputs: Tensor, prior: Prior, tv: Tensor, low: Tensor, high: Tensor) -> Tensor | float:
    """Of one candidate's inputs (B, C, H, W), a scalar; `tv` is the prior's as a tensor, for programs compiled once."""
    total: Tensor | float = 0.0
    if prior.tv:
        total = tv * (smooth_variation(inputs, prior.edge) if prior.edge else total_variation(inputs))
    if prior.l2:
        total = total + prior.l2 * image_norm(inputs)
    return total + prior.box * outside(inputs, low, high) if prior.box else total


def norm_distance(found: Statistics, wanted: Statistics) -> Tensor | float:
    """The Euclidean distances of means and of variances (C,), summed over the batch norms (Yin et al. 2021)."""
    return sum(root((a - b).square().sum() + 1e-12) for a, b in zip(found, wanted, strict=True))


def penalty_with_gradient(inputs: Tensor, prior: Prior, low: Tensor, high: Tensor) -> tuple[Tensor, Tensor]:
    """Of all candidates' inputs (N, B, C, H, W) at once, on the CPU: penalties (N,), and their gradients by the inputs."""
    costs, gradients = inputs.new_zeros(len(inputs)), torch.zeros_like(inputs)
    if prior.tv:
        costs, gradients = (prior.tv * found for found in variation(inputs, prior.edge))
    if prior.l2:
        norms = root(inputs.flatten(2).square().sum(2) + 1e-12)
        costs += prior.l2 * norms.mean(1)
        gradients += prior.l2 / inputs.shape[1] * inputs / norms[..., None, None, None]
    if prior.box:
        beyond = inputs - inputs.clamp(low, high)
        costs += prior.box * beyond.square().flatten(1).mean(1)
        gradients += 2 * prior.box / inputs[0].numel() * beyond
    return costs, gradients
