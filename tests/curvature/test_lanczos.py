"""Lanczos: an orthonormal basis, and the tridiagonal matrix that belongs to it."""

import torch

from flatgia.curvature.lanczos import lanczos
from flatgia.curvature.quadrature import gauss


def operator(size: int, seed: int = 0) -> torch.Tensor:
    draw = torch.Generator().manual_seed(seed)
    matrix = torch.randn(size, size, generator=draw, dtype=torch.float64)
    return matrix + matrix.T


def test_the_basis_stays_orthonormal_long_after_the_ends_have_converged() -> None:
    # Outliers like a network's: plain Lanczos loses its orthogonality within 30 steps here.
    spectrum = torch.cat([torch.linspace(-1e-3, 1e-3, 390), torch.tensor([-30.0, -2, 1, 5, 20, 60, 80, 90, 100, 107])])
    spectrum = spectrum.double()
    start = torch.ones(400, dtype=torch.float64)
    diagonal, off, basis = lanczos(lambda v: spectrum * v, start, 120)
    assert (basis @ basis.T - torch.eye(len(basis), dtype=torch.float64)).abs().max() < 1e-13
    triangle = torch.diag(diagonal) + torch.diag(off[:-1], 1) + torch.diag(off[:-1], -1)
    torch.testing.assert_close(basis @ torch.diag(spectrum) @ basis.T, triangle, rtol=0, atol=1e-12)


def test_all_steps_give_the_spectrum_and_the_weights() -> None:
    matrix = operator(30)
    start = torch.randn(30, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    diagonal, off, _ = lanczos(lambda v: matrix @ v, start, 30)
    values, weights = gauss(diagonal, off[:-1])
    expected, vectors = torch.linalg.eigh(matrix)
    torch.testing.assert_close(values, expected)
    torch.testing.assert_close(weights, (vectors.T @ (start / start.norm())).square())


def test_an_exhausted_space_ends_the_steps() -> None:
    spectrum = torch.tensor([2.0] * 5 + [-1.0] * 5 + [0.0] * 10, dtype=torch.float64)
    diagonal, off, basis = lanczos(lambda v: spectrum * v, torch.ones(20, dtype=torch.float64), 15)
    assert len(diagonal) == len(basis) == len(off) == 3
    assert off[-1] < 1e-12
    values, weights = gauss(diagonal, off[:-1])
    torch.testing.assert_close(values, torch.tensor([-1.0, 0.0, 2.0], dtype=torch.float64), rtol=0, atol=1e-12)
    torch.testing.assert_close(weights, torch.tensor([0.25, 0.5, 0.25], dtype=torch.float64))


def test_the_zero_operator() -> None:
    diagonal, off, _ = lanczos(torch.zeros_like, torch.ones(5, dtype=torch.float64), 4)
    assert diagonal.tolist() == off.tolist() == [0]


def test_enough_ends_the_steps() -> None:
    matrix = operator(30)
    start = torch.ones(30, dtype=torch.float64)
    long, short = (
        lanczos(lambda v: matrix @ v, start, 20, *e)[0] for e in ((), (lambda diagonal, off: len(off) == 7,))
    )
    assert len(long) == 20 and len(short) == 7
    assert torch.equal(long[:7], short)
