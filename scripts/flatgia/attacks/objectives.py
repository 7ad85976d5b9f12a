"""How far a modelled gradient is from the observed one, and what is held against an image."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Objective = Callable[[Sequence[Tensor], Sequence[Tensor]], Tensor]


def squared_error(modelled: Sequence[Tensor], observed: Sequence[Tensor]) -> Tensor:
    """Sum of squared differences over all tensors, unweighted (Zhu et al. 2019); a scalar >= 0."""
    return sum(((a - b) ** 2).sum() for a, b in zip(modelled, observed, strict=True))


def cosine_distance(modelled: Sequence[Tensor], observed: Sequence[Tensor]) -> Tensor:
    """1 - cosine over the whole gradient (Geiping et al. 2020), in [0, 2].

    Computed as half the squared distance of the unit vectors, which does not cancel near 0.
    """
    a = torch.cat([tensor.reshape(-1) for tensor in modelled])
    b = torch.cat([tensor.reshape(-1) for tensor in observed])
    unit_a, unit_b = (v / (torch.linalg.vector_norm(v) + 1e-12) for v in (a, b))
    return ((unit_a - unit_b) ** 2).sum() / 2


def total_variation(inputs: Tensor) -> Tensor:
    """Mean |dx| + mean |dy| of (..., H, W), anisotropic, on model inputs as in the published code."""
    dx = (inputs[..., :, 1:] - inputs[..., :, :-1]).abs().mean()
    dy = (inputs[..., 1:, :] - inputs[..., :-1, :]).abs().mean()
    return dx + dy


def image_norm(inputs: Tensor) -> Tensor:
    """Euclidean norm of each image (B, C, H, W), averaged over the batch (Yin et al. 2021)."""
    return (inputs.flatten(1).square().sum(1) + 1e-12).sqrt().mean()
