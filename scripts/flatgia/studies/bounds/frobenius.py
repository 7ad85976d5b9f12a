"""The Frobenius norm of a symmetric operator that is known by its products."""

from typing import NamedTuple

import torch
from torch import Tensor

from flatgia.core.progress import track
from flatgia.curvature.lanczos import Product, lanczos
from flatgia.curvature.outliers import Outliers, outliers
from flatgia.curvature.slq import rademacher


class Square(NamedTuple):
    """||A||_F^2, its standard error over the probes, and the eigenpairs that Lanczos found."""

    value: float
    error: float
    known: Outliers


def squared(product: Product, size: int, steps: int, probes: int, seed: int, label: str) -> Square:
    """Eigenvalues that Lanczos finds are counted as they are; signs estimate ||A z||^2 on what is left (Hutchinson 1990).

    All float64; at most `steps` and then `probes` products.
    """
    known = outliers(*lanczos(product, rademacher(size, seed, "outliers"), steps))
    rest = [
        product(known.without(rademacher(size, seed, probe))).square().sum()
        for probe in track(range(probes), probes, label, "probe")
    ]
    samples = torch.stack(rest)
    error = samples.std() / probes**0.5
    return Square(float(known.values.square().sum() + samples.mean()), float(error), known)


class Distance(NamedTuple):
    """How far B is from H: ||H - B||_F / ||H||_F, and the cosine of the two as vectors, which no scale changes."""

    relative: float
    cosine: float


def distance(whole: float, other: float, apart: float) -> Distance:
    """From ||H||^2, ||B||^2 and ||H - B||^2; the cosine is 0 if one of them is 0."""
    product = (whole + other - apart) / 2
    both = (whole * other) ** 0.5
    return Distance((apart / whole) ** 0.5 if whole else 0.0, max(-1.0, min(1.0, product / both)) if both else 0.0)


def from_rows(rows: Tensor) -> Product:
    """v -> A^T (A v) of rows A (m, d)."""
    return lambda vector: rows.T @ (rows @ vector)
