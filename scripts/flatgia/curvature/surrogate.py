"""Numbers of a spectrum: the log determinant surrogate of section 4.2 and its companions."""

import math

from torch import Tensor


def log_det(eigenvalues: Tensor, weights: Tensor, damping: float) -> Tensor:
    """1/2 tr log(H^T H + damping I), a scalar tensor, of a spectrum with `weights` (1 each if it is the whole one)."""
    return 0.5 * (weights * (eigenvalues.square() + damping).log()).sum()


def count_above(eigenvalues: Tensor, weights: Tensor, damping: float) -> Tensor:
    """How many |eigenvalues| are above sqrt(damping): those that lift the surrogate off its floor."""
    return weights[eigenvalues.abs() > math.sqrt(damping)].sum()


def floor(parameters: int, damping: float) -> float:
    """The surrogate of H = 0, its lowest value."""
    return parameters / 2 * math.log(damping)
