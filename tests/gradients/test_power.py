"""Power iteration may be mapped over and differentiated."""

import torch
from torch.func import grad, vmap

from flatgia.gradients.power import power_iteration


def test_mapped_and_differentiated():
    rng = torch.Generator().manual_seed(0)
    matrices = torch.randn(3, 4, 4, dtype=torch.float64, generator=rng)
    matrices = matrices @ matrices.mT
    start = torch.ones(4, dtype=torch.float64)

    def found(matrix):
        return power_iteration(lambda v: matrix @ v, start, 6)

    together = vmap(found)(matrices)
    assert all(torch.allclose(row, found(matrix)) for row, matrix in zip(together, matrices, strict=True))
    assert torch.allclose(together.norm(dim=1), torch.ones(3).double())
    slope, h = grad(lambda m: found(m)[0])(matrices[0]), 1e-6
    bump = torch.zeros(4, 4).double()
    bump[1, 2] = h
    apart = found(matrices[0] + bump)[0] - found(matrices[0] - bump)[0]
    assert abs(slope[1, 2] - apart / (2 * h)) < 1e-6
