"""Lanczos tridiagonalisation with full reorthogonalisation."""

from collections.abc import Callable

import torch
from torch import Tensor

Product = Callable[[Tensor], Tensor]
EXHAUSTED = 1e-12  # relative length below which the rest of a product is rounding: the Krylov space is complete


def lanczos(product: Product, start: Tensor, steps: int) -> tuple[Tensor, Tensor, Tensor]:
    """Diagonal (m,), off-diagonal (m - 1,) and orthonormal basis (m, d), float64; m < `steps` if the space is exhausted."""
    basis = torch.zeros(min(steps, len(start)), len(start), dtype=torch.float64, device=start.device)
    basis[0] = start / start.norm()
    diagonal, off = [], []
    largest = 0.0
    for step in range(len(basis)):
        rest = product(basis[step])
        largest = max(largest, rest.norm().item())
        diagonal.append(basis[step] @ rest)
        # Twice is enough (Giraud et al. 2005): the first pass also takes away what Lanczos' recurrence would.
        for _ in range(2):
            rest = rest - basis[: step + 1].T @ (basis[: step + 1] @ rest)
        length = rest.norm()
        if step + 1 == len(basis) or length <= EXHAUSTED * largest:
            break
        off.append(length)
        basis[step + 1] = rest / length
    return torch.stack(diagonal), torch.stack(off) if off else basis.new_zeros(0), basis[: len(diagonal)]


def ritz(diagonal: Tensor, off: Tensor) -> tuple[Tensor, Tensor]:
    """Ritz values (m,), ascending, and their Gauss quadrature weights (m,), which sum to 1."""
    triangle = torch.diag(diagonal) + torch.diag(off, 1) + torch.diag(off, -1)
    values, vectors = torch.linalg.eigh(triangle)
    return values, vectors[0].square()
