"""Arithmetic on parameters: dictionaries of tensors with the same names."""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor

from flatgia.networks.network import Params


def add(a: Params, b: Params, scale: float | Tensor = 1.0) -> Params:
    """a + scale b."""
    return {name: a[name] + scale * b[name] for name in a}


def norm(a: Params) -> Tensor:
    """The Euclidean norm over all tensors together, a scalar."""
    return torch.linalg.vector_norm(torch.cat([tensor.reshape(-1) for tensor in a.values()]))


def mean(trees: list[Params], weights: Sequence[float]) -> Params:
    """The weighted mean, of whole numbers rounded; summed in the order given, in double precision, so that it is the same
    everywhere."""
    total = sum(weights)

    def mean_of(name: str) -> Tensor:
        parts = [(weight / total) * tree[name].double() for tree, weight in zip(trees, weights, strict=True)]
        found, kind = cast(Tensor, sum(parts)), trees[0][name].dtype
        return (found if kind.is_floating_point else found.round()).to(kind)

    return {name: mean_of(name) for name in trees[0]}
