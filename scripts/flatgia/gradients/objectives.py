"""How far a modelled gradient is from the observed one, and what is held against an image."""

from collections.abc import Callable, Sequence
from typing import Literal, cast

import torch
from torch import Tensor

from flatgia.core.roots import root

Objective = Callable[[Sequence[Tensor], Sequence[Tensor]], Tensor]
ObjectiveName = Literal["squared", "cosine", "units"]


def squared_error(modelled: Sequence[Tensor], observed: Sequence[Tensor]) -> Tensor:
    """Sum of squared differences over all tensors, unweighted (Zhu et al. 2019); a scalar >= 0."""
    return cast(Tensor, sum(((a - b) ** 2).sum() for a, b in zip(modelled, observed, strict=True)))


def mean_of_tensors(modelled: Sequence[Tensor], observed: Sequence[Tensor]) -> Tensor:
    """The squared error over the number of tensors (the GIFD code)."""
    return squared_error(modelled, observed) / len(observed)


def relative_squared_error(modelled: Sequence[Tensor], observed: Sequence[Tensor]) -> Tensor:
    """The squared error over the observed gradient's squared norm, so that the weight of a prior means the same everywhere."""
    return squared_error(modelled, observed) / (sum(b.square().sum() for b in observed) + 1e-24)


def cosine_distance(modelled: Sequence[Tensor], observed: Sequence[Tensor]) -> Tensor:
    """1 - cosine over the whole gradient (Geiping et al. 2020), in [0, 2].

    Computed as half the squared distance of the unit vectors, which does not cancel near 0.
    """
    a = torch.cat([tensor.reshape(-1) for tensor in modelled])
    b = torch.cat([tensor.reshape(-1) for tensor in observed])
    unit_a, unit_b = (v / (torch.linalg.vector_norm(v) + 1e-12) for v in (a, b))
    return ((unit_a - unit_b) ** 2).sum() / 2


def unit_distance(modelled: Sequence[Tensor], observed: Sequence[Tensor]) -> Tensor:
    """1 - cosine for the weights of each output unit by itself, in [0, 2]; ours.

    The mean over the weight tensors of the mean over their rows, each row by its share of the observed norms. A client that
    perturbs its weights rescales a unit's gradient more than it turns it, and no layer drowns another. Biases do not count.
    """
    layers = [(a.flatten(1), b.flatten(1)) for a, b in zip(modelled, observed, strict=True) if b.dim() > 1]
    total: Tensor | float = 0.0
    for a, b in layers:
        norms = torch.linalg.vector_norm(b, dim=1)
        unit_a = a / (torch.linalg.vector_norm(a, dim=1, keepdim=True) + 1e-12)
        unit_b = b / (norms[:, None] + 1e-12)
        total = total + ((unit_a - unit_b).square().sum(1) * norms).sum() / (2 * norms.sum() + 1e-12)
    return cast(Tensor, total / len(layers))


def total_variation(inputs: Tensor) -> Tensor:
    """Mean |dx| + mean |dy| of (..., H, W), anisotropic, on model inputs as in the published code."""
    dx = (inputs[..., :, 1:] - inputs[..., :, :-1]).abs().mean()
    dy = (inputs[..., 1:, :] - inputs[..., :-1, :]).abs().mean()
    return dx + dy


def smooth_variation(inputs: Tensor, edge: float) -> Tensor:
    """Total variation with |d| rounded to sqrt(d^2 + edge^2) - edge, which a second-order method can follow."""

    def rounded(difference: Tensor) -> Tensor:
        return (root(difference.square() + edge**2) - edge).mean()

    return rounded(inputs[..., :, 1:] - inputs[..., :, :-1]) + rounded(inputs[..., 1:, :] - inputs[..., :-1, :])


def image_norm(inputs: Tensor) -> Tensor:
    """Euclidean norm of each image (B, C, H, W), averaged over the batch (Yin et al. 2021)."""
    return root(inputs.flatten(1).square().sum(1) + 1e-12).mean()


def outside(inputs: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """Mean square of how far model inputs lie outside [low, high]."""
    return (inputs - inputs.clamp(low, high)).square().mean()


OBJECTIVES: dict[str, Objective] = {
    "squared": relative_squared_error,
    "cosine": cosine_distance,
    "units": unit_distance,
}
