"""The right-hand sides of the paper's (2) to (5), in nats; what the data can hold; and the Gaussian channel."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVELS = 256  # of a colour


def gaussian(parameters: int, log_det: float) -> float:
    """(2): d/2 log(2 pi e) + 1/2 log det Sigma, the largest differential entropy of a gradient of this covariance."""
    return parameters / 2 * math.log(2 * math.pi * math.e) + log_det / 2


def by_hessian(parameters: int, log_det: float, batch: int) -> float:
    """(3) = (4): d/2 log(2 pi e / B) + 1/2 log det H; minus infinity where H is singular."""
    return gaussian(parameters, log_det) - parameters / 2 * math.log(batch)


def curvature_bound(rise: float, norm: float, rho: float) -> float:
    """What B.2 bounds the largest eigenvalue by: 2/rho^2 (F_SAM - F + rho ||G||), of a `rise` F_SAM - F."""
    return 2 / rho**2 * (rise + rho * norm)


def by_sharpness(parameters: int, rise: float, norm: float, rho: float, batch: int) -> float:
    """(5): (3) with every eigenvalue at `curvature_bound`."""
    return by_hessian(parameters, parameters * math.log(curvature_bound(rise, norm, rho)), batch)


def capacity(entries: int, batch: int) -> float:
    """The entropy of `batch` images of 8 bits and so many entries, none likelier than another: no I(X; G) is larger."""
    return batch * entries * math.log(LEVELS)


def vacuous(bound: float, most: float) -> str:
    """Why a bound on I(X; G) says nothing: "negative" (so it is false), "above the data", or "" where it could."""
    return "negative" if bound < 0 else "above the data" if bound >= most else ""


def channel(values: ArrayLike, entries: int, deviation: float) -> float:
    """I(x; Jx + z) = 1/2 log det(I + J^T J / sigma^2) for x ~ N(0, I), z ~ N(0, sigma^2 I) (Cover, Thomas, section 9.4).

    From J's singular values; along random directions their mean times `entries`, an upper bound in the mean, since the
    logarithm is operator concave. Infinite without noise: so is I(X; G) of a continuous X.
    """
    if deviation == 0:
        return math.inf
    ratio: NDArray[np.float64] = (np.asarray(values, np.float64) / deviation) ** 2
    return float(entries * 0.5 * np.log1p(ratio).mean())
