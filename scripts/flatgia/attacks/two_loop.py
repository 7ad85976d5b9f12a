"""L-BFGS's two-loop recursion on many candidates at once (Nocedal 1980)."""

from collections.abc import Callable, Sequence

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
