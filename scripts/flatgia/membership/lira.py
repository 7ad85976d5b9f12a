"""The likelihood-ratio attack, online (Carlini et al. 2022): two normal distributions an image, fitted to shadow models."""

from typing import Literal

import numpy as np
from scipy.stats import norm

from flatgia.membership.shadows import Array, check_shadows, masked_deviation, masked_median

Variance = Literal["each", "fixed"]
LEAST = 1e-30  # added to a deviation, as in the published code


def lira(target: Array, shadows: Array, members: Array, variance: Variance) -> Array:
    """log N(phi; in) - log N(phi; out), (I,), of phi (I,) at the target, from phi (S, I) of shadows and who is in them (S, I).

    Means are medians, as in the published code. `each`: a deviation an image and side. `fixed`: one for all, that of all that
    is inside, as there; its size scales the scores of all images alike, so no rate depends on it.
    """
    check_shadows(members, 2 if variance == "each" else 1)
    sides = members, ~members
    means = [masked_median(shadows, side) for side in sides]
    everything = np.std(shadows[members])
    deviations = [everything if variance == "fixed" else masked_deviation(shadows, side) for side in sides]
    inside, outside = (
        norm.logpdf(target, mean, deviation + LEAST) for mean, deviation in zip(means, deviations, strict=True)
    )
    found: Array = inside - outside
    return found
