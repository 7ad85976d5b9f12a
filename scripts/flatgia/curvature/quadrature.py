"""From Lanczos' tridiagonal matrix to the nodes and weights of a quadrature (Golub, Welsch 1969; Golub 1973)."""

import torch
from torch import Tensor

ROUNDING = 1e-12  # relative to the largest node, what counts as 0


def gauss(diagonal: Tensor, off: Tensor) -> tuple[Tensor, Tensor]:
    """Nodes (m,), ascending, and weights (m,), which sum to 1, from a diagonal (m,) and an off-diagonal (m - 1,)."""
    values, vectors = _eigen(diagonal, off)
    return values, vectors[0].square()


def with_node_at_zero(diagonal: Tensor, off: Tensor) -> tuple[Tensor, Tensor]:
    """As `gauss`, with m + 1 nodes of which one is 0, from a diagonal (m,) and an off-diagonal (m,)."""
    values, vectors = _eigen(diagonal, off[:-1])
    least = ROUNDING * values.abs().max() + torch.finfo(values.dtype).tiny ** 0.5
    # Damped, for a node may be at 0 already.
    corner = off[-1].square() * (vectors[-1].square() * values / (values.square() + least.square())).sum()
    return gauss(torch.cat([diagonal, corner[None]]), off)


def _eigen(diagonal: Tensor, off: Tensor) -> tuple[Tensor, Tensor]:
    return torch.linalg.eigh(torch.diag(diagonal) + torch.diag(off, 1) + torch.diag(off, -1))
