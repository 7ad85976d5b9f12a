"""What the singular values of J say: how much of an image a gradient holds, and how much of that survives noise.

Beside a gradient with noise of deviation sigma in each entry, the posterior of an image whose model inputs have unit variance
keeps s^2 / (s^2 + sigma^2) of each right singular vector of J: their sum counts the directions that survive.
"""

import numpy as np
from numpy.typing import NDArray

from flatgia.curvature.surviving import directions

Values = NDArray[np.float64]
NOISE = (1e-3, 1e-2)  # of a gradient's norm, in each entry


def resolution(values: Values) -> float:
    """The singular value below which G = J^T J in double precision tells none; values (K,), falling."""
    return float(values[0] * np.sqrt(len(values) * np.finfo(np.float64).eps))


def rank(values: Values) -> int:
    """How many singular values can be told from 0."""
    return int((values > resolution(values)).sum())


def log_det(values: Values, entries: int) -> float:
    """log det J^T J over all `entries` of an image; what cannot be told from 0 counts as `resolution`, so that it is finite.

    Along random directions it is their mean log eigenvalue times `entries`, which lies above the whole one in the mean, as
    the logarithm is operator concave.
    """
    told = np.maximum(values, max(resolution(values), np.finfo(np.float64).tiny))
    return float(2 * entries * np.log(told).mean())


def numbers(values: Values, norm: float, entries: int, reference: float) -> dict[str, float]:
    """By name, of one image; `norm` is its gradient's, `reference` that whose shares noise of a fixed size is."""
    found = {
        "norm": norm,
        "log_det": log_det(values, entries),
        "lambda_min": float(values[-1] ** 2),
        "lambda_max": float(values[0] ** 2),
        "rank": rank(values),
    }
    if norm > 0:
        found["log_det_relative"] = found["log_det"] - 2 * entries * np.log(norm)
    for noise in NOISE:
        found[f"directions_{noise:g}"] = directions(values**2, entries, noise * norm)
        found[f"directions_fixed_{noise:g}"] = directions(values**2, entries, noise * reference)
    return found
