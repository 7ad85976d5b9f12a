"""The eigenvalues of largest size with their vectors, from one Lanczos run."""

from typing import NamedTuple

import torch
from torch import Tensor

from flatgia.curvature.lanczos import Product

CONVERGED = 1e-4  # a pair's residual, relative to its eigenvalue; the value itself is then good to the square of this


class Outliers(NamedTuple):
    """Eigenvalues (k,), orthonormal eigenvectors (k, d), and the whole spectrum's lowest and highest value (2,)."""

    values: Tensor
    vectors: Tensor
    ends: Tensor

    def without(self, vector: Tensor) -> Tensor:
        """What of a vector (d,) is orthogonal to all of them."""
        return vector - self.vectors.T @ (self.vectors @ vector)

    def complement(self, product: Product) -> Product:
        """The operator on what is orthogonal to them."""
        return lambda vector: self.without(product(vector))


def outliers(diagonal: Tensor, off: Tensor, basis: Tensor) -> Outliers:
    """The converged pairs of a Lanczos run, as `lanczos` returns it."""
    values, vectors = torch.linalg.eigh(torch.diag(diagonal) + torch.diag(off[:-1], 1) + torch.diag(off[:-1], -1))
    found = off[-1] * vectors[-1].abs() <= CONVERGED * values.abs()
    return Outliers(values[found], vectors[:, found].T @ basis, values[[0, -1]])
