"""The spectra of the Hessians of both matching losses at an image: one Gram matrix of J serves both."""

from typing import NamedTuple

import numpy as np
import torch
from scipy.sparse.linalg import LinearOperator, eigsh
from torch import Tensor
from torch.func import jvp, vjp

from flatgia.core.seeds import generator
from flatgia.curvature.exact import eigenvalues
from flatgia.gradients.jacobian import Gradient, columns, downdate, gram, random_directions

LOSSES = ("l2", "cosine")
MEMORY = 2**30  # bytes of J's columns; a larger network is seen along fewer, random directions


class Spectrum(NamedTuple):
    """Of one image and loss: eigenvalues (K,), falling, along K directions, and the largest one of the whole Hessian."""

    values: Tensor
    largest: float


def some_directions(most: int, entries: int, parameters: int, *seed: object) -> Tensor | None:
    """Orthonormal directions (K, entries), at most `most` and as many as fit into memory; None for all."""
    count = min(most, MEMORY // (8 * parameters))
    return random_directions(max(2, count), entries, "lavp", *seed) if count < entries else None


def spectra(gradient: Gradient, inputs: Tensor, directions: Tensor | None) -> tuple[float, dict[str, Spectrum]]:
    """The gradient's norm, and both spectra, of one image (1, C, H, W) in double precision."""
    truth = gradient(inputs)
    norm = float(truth.norm())
    if norm == 0 or not np.isfinite(norm):
        return norm, {}
    found = columns(gradient, inputs, directions)
    whole = gram(found)
    matrices = {"l2": 2 * whole, "cosine": downdate(whole, found @ truth / norm, torch.tensor(norm**2))}
    spectrum = {name: eigenvalues(matrix.contiguous()).flip(0) for name, matrix in matrices.items()}
    return norm, {
        name: Spectrum(values, float(values[0]) if directions is None else largest(name, gradient, inputs))
        for name, values in spectrum.items()
    }


def largest(loss: str, gradient: Gradient, inputs: Tensor) -> float:
    """The largest eigenvalue of the whole Hessian, by Lanczos on products with J and its transpose."""
    truth, pull = vjp(gradient, inputs)[:2]
    unit, square = truth / truth.norm(), float(truth.square().sum())

    def product(vector: np.ndarray) -> np.ndarray:
        along = torch.from_numpy(np.ascontiguousarray(vector)).view_as(inputs)
        moved = jvp(gradient, (inputs,), (along,))[1]
        moved = (moved - unit * (unit @ moved)) / square if loss == "cosine" else 2 * moved
        return pull(moved)[0].flatten().numpy()

    size = inputs.numel()
    first = torch.randn(size, dtype=torch.float64, generator=generator("lavp lanczos", size)).numpy()
    operator = LinearOperator((size, size), matvec=product, dtype=np.float64)
    return float(eigsh(operator, k=1, which="LA", v0=first, tol=1e-6, return_eigenvectors=False)[0])
