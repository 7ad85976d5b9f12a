"""The map under which an attack's objective is half a squared norm, where the modelled gradient is near the observed one."""

import torch
from torch import Tensor

from flatgia.gradients.objectives import ObjectiveName


def whitened(rows: Tensor, gradient: list[Tensor], objective: ObjectiveName) -> Tensor:
    """Changes of a gradient, rows (N, P), under that map at `gradient`, a tensor a parameter: (N, Q).

    Half the squared norm of what a change becomes is what the objective of flatgia.gradients.objectives grows by.
    """
    whole = torch.cat([tensor.flatten() for tensor in gradient])
    norm = whole.norm()
    if objective == "squared":
        return rows * (2**0.5 / norm)
    if objective == "cosine":
        return (rows - torch.outer(rows @ whole, whole) / norm**2) / norm
    pieces = rows.split([tensor.numel() for tensor in gradient], 1)
    layers = [
        (piece.view(len(rows), len(at), -1), at.flatten(1))
        for piece, at in zip(pieces, gradient, strict=True)
        if at.dim() > 1
    ]
    found = []
    for piece, at in layers:
        norms = at.norm(dim=1, keepdim=True)
        units = at / (norms + 1e-12)
        turned = piece - (piece * units).sum(2, keepdim=True) * units
        share = norms / (norms.sum() * len(layers) + 1e-12)
        found.append((turned * (share.sqrt() / (norms + 1e-12))).flatten(1))
    return torch.cat(found, 1)
