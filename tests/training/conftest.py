"""A quadratic with known eigenpairs, in double precision."""

import pytest
import torch


class Quadratic:
    """w^T H w / 2 with H = Q diag(values) Q^T; counts what it is asked."""

    def __init__(self, values, seed=0):
        rng = torch.Generator().manual_seed(seed)
        size = len(values)
        self.basis = torch.linalg.qr(torch.randn(size, size, dtype=torch.float64, generator=rng))[0]
        self.matrix = self.basis @ torch.diag(torch.tensor(values, dtype=torch.float64)) @ self.basis.T
        self.weight_entries = torch.ones(size, dtype=torch.bool)
        self.points, self.products = [], 0

    def gradient(self, weights):
        self.points.append(weights)
        return self.matrix @ weights

    def hessian(self, weights):
        def times(vector):
            self.products += 1
            return self.matrix @ vector

        return times


@pytest.fixture
def quadratic():
    return Quadratic


@pytest.fixture
def random():
    """`random(n, seed)`: n normal numbers in double precision."""
    return lambda n, seed: torch.randn(n, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
