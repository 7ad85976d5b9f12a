"""Power iteration: the eigenvector of largest size of a symmetric operator that is known by its products alone."""

from collections.abc import Callable

import torch
from torch import Tensor


def power_iteration(product: Callable[[Tensor], Tensor], start: Tensor, iterations: int) -> Tensor:
    """A unit vector (P,) after `iterations` products with (P,) vectors, from `start`, which need not be of length one.

    It tends to the largest |eigenvalue|; where that is negative its sign flips at every iteration. A product that
    vanishes leaves the vector as it is. Plain arithmetic: to be differentiated, and mapped over with vmap.
    """
    vector = _unit(start)
    for _ in range(iterations):
        found = product(vector)
        length = torch.linalg.vector_norm(found)
        vector = torch.where(length > 0, found / length.clamp(min=torch.finfo(found.dtype).tiny), vector)
    return vector


def _unit(vector: Tensor) -> Tensor:
    return vector / (torch.linalg.vector_norm(vector) + torch.finfo(vector.dtype).tiny)
