"""How many directions of an image survive noise in its gradient."""

import numpy as np
from numpy.typing import NDArray


def directions(squares: NDArray[np.float64], entries: int, deviation: float) -> float:
    """0 to `entries`: the sum of s^2 / (s^2 + deviation^2) over the squares (K,) of J's singular values.

    Of each right singular vector of J an observer of the noisy gradient whose prior has unit variance keeps that share. Along
    K < `entries` random directions it is their mean times `entries`, an upper bound in the mean.
    """
    squares = squares.clip(min=0)
    return float(entries * (squares / (squares + deviation**2 + np.finfo(np.float64).tiny)).mean())
