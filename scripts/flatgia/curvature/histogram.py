"""A spectrum small enough to be kept: the weight of |eigenvalues| per twentieth of a decade, for other dampings later."""

from collections.abc import Sequence

import numpy as np

LOWEST, HIGHEST, PER_DECADE = -8, 4, 20  # powers of ten; what lies beyond stands in the outermost bins
BINS = (HIGHEST - LOWEST) * PER_DECADE
MIDDLES = 10.0 ** (LOWEST + (np.arange(BINS) + 0.5) / PER_DECADE)
DIGITS = 6  # of a weight; weights are counts where the spectrum is whole


def histogram(eigenvalues: np.ndarray, weights: np.ndarray) -> list[float]:
    """`BINS` weights, from eigenvalues (n,) and theirs (n,)."""
    tiny = 10.0**LOWEST
    place = np.floor((np.log10(np.maximum(np.abs(eigenvalues), tiny)) - LOWEST) * PER_DECADE).astype(int)
    summed = np.bincount(place.clip(0, BINS - 1), weights, BINS)
    return [round(float(weight), DIGITS) for weight in summed]


def log_det_at(weights: Sequence[float], damping: float) -> float:
    """1/2 tr log(H^T H + damping I); the bins cost under 0.001 for each eigenvalue above the root of the damping."""
    return float(0.5 * (np.asarray(weights) * np.log(MIDDLES**2 + damping)).sum())


def count_at(weights: Sequence[float], damping: float) -> float:
    """How many |eigenvalues| lie above the root of the damping, to a bin."""
    return float(np.asarray(weights)[damping**0.5 < MIDDLES].sum())
