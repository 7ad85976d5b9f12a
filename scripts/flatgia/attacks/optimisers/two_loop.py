"""L-BFGS's direction for many candidates at once: the two-loop recursion (Nocedal 1980), and the same by matrices."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

# A move (N, D), the change of the gradient (N, D), the inverse of their product (N,).
Pair = tuple[Tensor, Tensor, Tensor]
Direction = Callable[[Tensor, Sequence[Pair], Tensor], Tensor]  # as direction_from


def direction_from(gradient: Tensor, pairs: Sequence[Pair], scale: Tensor) -> Tensor:
    """- H g (N, D) by the two-loop recursion, for each candidate; pairs oldest first, scales (N,)."""
    q = -gradient
    weights = []
    for move, change, inverse in reversed(pairs):
        weights.append(inverse * (move * q).sum(1))
        q = q - weights[-1][:, None] * change
    q = scale[:, None] * q
    for (move, change, inverse), weight in zip(pairs, reversed(weights), strict=True):
        q = q + (weight - inverse * (change * q).sum(1))[:, None] * move
    return q


def direction_by_solves(gradient: Tensor, pairs: Sequence[Pair], scale: Tensor) -> Tensor:
    """What `direction_from` gives, up to rounding, in few large operations: for a GPU, where it is launching them that costs.

    Each loop is a triangular system: its weight i depends on those that were found before it.
    """
    q = -gradient[..., None]
    if not pairs:
        return scale[:, None] * q[..., 0]
    moves, changes, inverses = (torch.stack(column, 1) for column in zip(*pairs, strict=True))  # (N, K, D), (N, K)
    inverses = inverses[..., None]
    products = moves @ changes.mT
    weights = _solve(inverses * products, inverses * (moves @ q), upper=True)
    q = scale[:, None, None] * (q - changes.mT @ weights)
    weights = _solve(inverses * products.mT, weights - inverses * (changes @ q), upper=False)
    return (q + moves.mT @ weights)[..., 0]


def _solve(matrix: Tensor, right: Tensor, upper: bool) -> Tensor:
    """x (N, K, 1) of (1 + the part of the matrix above, or below, its diagonal) x = right."""
    return torch.linalg.solve_triangular(matrix, right, upper=upper, unitriangular=True)
