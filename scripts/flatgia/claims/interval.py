"""The 95 % bootstrap interval of a mean over images and seeds."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from flatgia.core.seeds import seed_of

DRAWS = 4000
TAILS = (2.5, 97.5)  # percent


@dataclass(frozen=True)
class Estimate:
    """A mean with its interval (both ends absent where none can be given), over `count` values of `seeds` seeds."""

    mean: float
    low: float | None
    high: float | None
    count: int
    seeds: int

    @property
    def excludes_zero(self) -> bool:
        """Whether there is an interval, and zero lies outside."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def estimate(values: pd.Series, error: float | None = None) -> Estimate:
    """Mean and interval of values indexed by (seed, image); with one seed and an `error`, that is its half-width."""
    groups = [group.to_numpy() for _, group in values.sort_index().groupby(level="seed")]
    mean = float(np.mean([group.mean() for group in groups]))
    count, seeds = len(values), len(groups)
    if seeds == 1 and error is not None:
        return Estimate(mean, mean - error, mean + error, count, seeds)
    if count == 1:
        return Estimate(mean, None, None, count, seeds)
    low, high = np.percentile(resampled(groups), TAILS)
    return Estimate(mean, float(low), float(high), count, seeds)


def resampled(groups: list[np.ndarray]) -> np.ndarray:
    """`DRAWS` means: seeds drawn with replacement, and images with replacement within each; always the same draws."""
    random = np.random.default_rng(seed_of("claims", len(groups)))
    # Images are drawn anew for every place a seed is drawn to.
    means = [group[random.integers(len(group), size=(DRAWS, len(groups), len(group)))].mean(axis=2) for group in groups]
    chosen = random.integers(len(groups), size=(DRAWS, len(groups)))
    return np.take_along_axis(np.stack(means), chosen[None], axis=0)[0].mean(axis=1)
