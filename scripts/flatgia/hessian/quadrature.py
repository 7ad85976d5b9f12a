"""From Lanczos' tridiagonal matrix to the nodes and weights of a quadrature (Golub, Welsch 1969; Golub 1973)."""

import torch
from torch import Tensor


def gauss(diagonal: Tensor, off: Tensor) -> tuple[Tensor, Tensor]:
    """Nodes (m,), ascending, and weights (m,), which sum to 1, from a diagonal (m,) and an off-diagonal (m - 1,)."""
    values, vectors = torch.linalg.eigh(_triangle(diagonal, off))
    return values, vectors[0].square()


def with_node_at_zero(diagonal: Tensor, off: Tensor) -> tuple[Tensor, Tensor]:
    """As `gauss`, with m + 1 nodes of which one is 0, from a diagonal (m,) and an off-diagonal (m,).

    Raises `torch.linalg.LinAlgError` if 0 is an eigenvalue already.
    """
    last = torch.zeros_like(diagonal)
    last[-1] = 1
    corner = off[-1].square() * torch.linalg.solve(_triangle(diagonal, off[:-1]), last)[-1:]
    return gauss(torch.cat([diagonal, corner]), off)


def _triangle(diagonal: Tensor, off: Tensor) -> Tensor:
    return torch.diag(diagonal) + torch.diag(off, 1) + torch.diag(off, -1)
