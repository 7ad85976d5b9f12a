"""Vulnerability proxies of one image, from the spectrum of a matching loss's Hessian at the truth; no attack is run.

The Hessians are 2 J^T J for the squared error and (J^T J - a a^T) / ||g||^2 with a = J^T g / ||g|| for 1 - cosine.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
NOISE = 1e-3  # deviation of the noise in each entry, a share of the gradient's norm
LAVP = {"l2": "lambda_max", "cosine": "lambda_min"}  # which extreme eigenvalue serves which loss; fixed before looking
# Whether a larger value means an image that is easier to reconstruct.
RISKY = {
    "norm": True,
    "lambda_max": True,
    "lambda_min": True,
    "trace": True,
    "log_det": True,
    "ridge": False,
    "score": False,
    "i2f": False,
}


def proxies(
    values: Values, largest: float, entries: int, norm: float, noise: float, rate: float, steps: int
) -> dict[str, float]:
    """By name, in the order of `RISKY`; `values` (K,) are eigenvalues along K of `entries` directions, `largest` is exact.

    `ridge` is tr (H + noise I)^-1, the error under gradient noise; `score` the mean of (1 - rate lambda)^(2 steps), the share
    of the error that is left after descent at that rate; `i2f` is sqrt(tr H) / lambda_max, the lower bound
    ||J^T d|| / lambda_max of I2F (Zhang et al. 2023) for isotropic noise d of unit deviation. Along fewer directions `trace`,
    `log_det` and `ridge` are means times `entries`, and `lambda_min` is an upper bound.
    """
    told = np.maximum(values, least_told(values, largest))
    return {
        "norm": norm,
        "lambda_max": largest,
        "lambda_min": float(told.min()),
        "trace": float(entries * values.clip(min=0).mean()),
        "log_det": float(entries * np.log(told).mean()),
        "ridge": float(entries * (1 / (values.clip(min=0) + noise)).mean()),
        "score": float(((1 - rate * values.clip(min=0)) ** (2 * steps)).mean()),
        "i2f": float(np.sqrt(entries * values.clip(min=0).mean()) / max(largest, np.finfo(np.float64).tiny)),
    }


def least_told(values: Values, largest: float) -> float:
    """The eigenvalue below which rounding tells none from 0 in double precision."""
    return max(largest * len(values) * float(np.finfo(np.float64).eps), float(np.finfo(np.float64).tiny))


def untold(values: Values, largest: float) -> int:
    """How many eigenvalues cannot be told from 0: directions in which the gradient does not move (dead units, rank)."""
    return int((values <= least_told(values, largest)).sum())


def rising(found: Mapping[str, float]) -> dict[str, float]:
    """The proxies with their signs such that a larger one means an image at greater risk."""
    return {name: value if RISKY[name] else -value for name, value in found.items()}


def noise_of(loss: str, norms: Values) -> float:
    """The ridge: for the squared error noise of a fixed size, for the cosine the same share of each gradient."""
    return float(2 * (NOISE * norms.mean()) ** 2) if loss == "l2" else NOISE**2
