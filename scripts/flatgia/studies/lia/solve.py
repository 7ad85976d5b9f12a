"""From sums to clients: the linear system that known embeddings make of an aggregated gradient."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor


class System(NamedTuple):
    """(E, 1) by its singular value decomposition, taken once for all classes; the `least` and their ratio, `condition`."""

    inverse: Tensor  # (d + 1, N)
    least: float
    condition: float

    def clients(self, observed: Tensor) -> Tensor:
        """X (N, K) with X^T (E, 1) nearest to the aggregate (K, d + 1), the shortest where there are several."""
        return (observed.double() @ self.inverse).T


def system(embeddings: Tensor) -> System:
    """For E (N, d). Singular values that rounding cannot tell from 0 are left out of the inverse, and make `least` 0."""
    rows = torch.cat([embeddings.double(), torch.ones(len(embeddings), 1, dtype=torch.float64)], 1)
    u, s, vh = torch.linalg.svd(rows, full_matrices=False)
    kept = s > s[0] * max(rows.shape) * np.finfo(np.float32).eps
    inverse = (vh[kept].T / s[kept]) @ u[:, kept].T
    full = bool(kept.all()) and rows.shape[0] <= rows.shape[1]
    return System(inverse, float(s[-1]) if full else 0.0, float(s[0] / s[-1]) if full else float("inf"))
