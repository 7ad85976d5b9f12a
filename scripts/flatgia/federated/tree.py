"""Arithmetic on parameters: dictionaries of tensors with the same names."""

import torch
from torch import Tensor

from flatgia.networks.network import Params


def add(a: Params, b: Params, scale: float | Tensor = 1.0) -> Params:
    """a + scale b."""
    return {name: a[name] + scale * b[name] for name in a}


def norm(a: Params) -> Tensor:
    """The Euclidean norm over all tensors together, a scalar."""
    return torch.linalg.vector_norm(torch.cat([tensor.reshape(-1) for tensor in a.values()]))


def mean(trees: list[Params], weights: list[float]) -> Params:
    """The weighted mean; summed in the order given, in double precision, so that it is the same everywhere."""
    total = sum(weights)
    return {
        name: sum((w / total) * t[name].double() for t, w in zip(trees, weights, strict=True)).to(trees[0][name].dtype)
        for name in trees[0]
    }
