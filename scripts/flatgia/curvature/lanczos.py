"""Lanczos tridiagonalisation with full reorthogonalisation."""

from collections.abc import Callable

import torch
from torch import Tensor

Product = Callable[[Tensor], Tensor]
EXHAUSTED = 1e-12  # relative length below which the rest of a product is rounding: the Krylov space is complete


def lanczos(
    product: Product, start: Tensor, steps: int, enough: Callable[[Tensor, Tensor], bool] = lambda diagonal, off: False
) -> tuple[Tensor, Tensor, Tensor]:
    """Diagonal (m,), off-diagonal (m,) and orthonormal basis (m, d), float64, of at most `steps` steps.

    The last off-diagonal entry leads out of the basis. It ends early when that is 0, or when `enough` says so.
    """
    basis = torch.zeros(min(steps, len(start)), len(start), dtype=torch.float64, device=start.device)
    basis[0] = start / start.norm()
    diagonal, off = basis.new_zeros(len(basis)), basis.new_zeros(len(basis))
    largest, done = 0.0, 0
    while True:
        rest = product(basis[done])
        largest = max(largest, rest.norm().item())
        diagonal[done] = basis[done] @ rest
        # Twice is enough (Giraud et al. 2005); the first pass takes away what Lanczos' recurrence would.
        for _ in range(2):
            rest = rest - basis[: done + 1].T @ (basis[: done + 1] @ rest)
        off[done] = rest.norm()
        done += 1
        if done == len(basis) or off[done - 1] <= EXHAUSTED * largest or enough(diagonal[:done], off[:done]):
            return diagonal[:done], off[:done], basis[:done]
        basis[done] = rest / off[done - 1]
