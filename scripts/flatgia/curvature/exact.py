"""The exact estimator: all eigenvalues of the whole Hessian."""

import torch
from torch import Tensor

from flatgia.curvature.surrogate import count_above, log_det


def spectrum_numbers(matrix: Tensor, damping: float) -> dict[str, float]:
    """The numbers of a symmetric float64 matrix (d, d); their standard errors are 0."""
    eigenvalues = torch.linalg.eigvalsh(matrix)
    ones = torch.ones_like(eigenvalues)
    return {
        "log_det": log_det(eigenvalues, ones, damping).item(),
        "log_det_se": 0.0,
        "lambda_max": eigenvalues[-1].item(),
        "lambda_min": eigenvalues[0].item(),
        "trace": matrix.trace().item(),
        "trace_se": 0.0,
        "count_above": count_above(eigenvalues, ones, damping).item(),
        "count_above_se": 0.0,
        "quadrature_error": 0.0,
    }
