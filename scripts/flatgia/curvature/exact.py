"""The exact estimator: all eigenvalues of the whole Hessian."""

from typing import Any

import scipy.linalg
import torch
from torch import Tensor

from flatgia.curvature.histogram import histogram
from flatgia.curvature.surrogate import count_above, log_det


def eigenvalues(matrix: Tensor) -> Tensor:
    """In rising order, of a symmetric float64 matrix (d, d) on any device.

    On a CPU by SciPy's OpenBLAS, whose kernels a switch fixes; PyTorch's MKL takes its fast ones on some processors only.
    """
    if matrix.device.type != "cpu":
        return torch.linalg.eigvalsh(matrix)
    return torch.from_numpy(scipy.linalg.eigvalsh(matrix.numpy(), check_finite=False))


def spectrum_numbers(matrix: Tensor, damping: float) -> dict[str, Any]:
    """The numbers of a symmetric float64 matrix (d, d), whose standard errors are 0, and its spectrum as a histogram."""
    values = eigenvalues(matrix)
    ones = torch.ones_like(values)
    return {
        "log_det": log_det(values, ones, damping).item(),
        "log_det_se": 0.0,
        "lambda_max": values[-1].item(),
        "lambda_min": values[0].item(),
        "trace": matrix.trace().item(),
        "trace_se": 0.0,
        "count_above": count_above(values, ones, damping).item(),
        "count_above_se": 0.0,
        "quadrature_error": 0.0,
        "spectrum": histogram(values.cpu().numpy(), ones.cpu().numpy()),
    }
