"""The 95 % interval of a mean: a hierarchical bootstrap, draws of the run (seeds) outside, images inside."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from flatgia.core.seeds import seed_of

DRAWS = 4000
FEW = 6  # with n < 6 draws even their whole range covers the median draw less often than 95 %: 1 - 2^(1-n)
WHOLE = 0.999999  # correlations this near to one have no finite z


@dataclass(frozen=True)
class Estimate:
    """A mean with its interval (both ends absent where none can be given), over `count` values; `by_seed` are the draws'."""

    mean: float
    low: float | None
    high: float | None
    count: int
    by_seed: tuple[float, ...] = ()

    @property
    def seeds(self) -> int:
        """How many draws."""
        return len(self.by_seed)

    @property
    def excludes_zero(self) -> bool:
        """Whether there is an interval, and zero lies outside."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def estimate(values: pd.Series, error: float | None = None) -> Estimate:
    """Mean and interval of values indexed by (seed, image); `error` is the half-width of each seed's, where it is known.

    With one seed the interval is over its images, or its error. With fewer than `FEW` it holds the value of each.
    """
    groups = [group.to_numpy() for _, group in values.sort_index().groupby(level="seed")]
    by_seed = tuple(float(group.mean()) for group in groups)
    mean, count, seeds = float(np.mean(by_seed)), len(values), len(groups)
    if seeds == 1 and error is not None:
        return Estimate(mean, mean - error, mean + error, count, by_seed)
    if count == 1:
        return Estimate(mean, None, None, count, by_seed)
    low, high = np.percentile(resampled(groups), tails(seeds if seeds > 1 else count))
    held = [float(low), float(high)]
    if 1 < seeds < FEW:
        held += by_seed
    if error is not None:
        held += [mean - error / seeds**0.5, mean + error / seeds**0.5]
    return Estimate(mean, min(held), max(held), count, by_seed)


def of_correlation(values: pd.Series, error: float | None) -> Estimate:
    """The same of correlations, which average on Fisher's scale; `error` is there."""
    found = estimate(pd.Series(np.arctanh(values.clip(-WHOLE, WHOLE)), index=values.index), error)
    low, high = (None if end is None else float(np.tanh(end)) for end in (found.low, found.high))
    by_seed = tuple(float(np.tanh(value)) for value in found.by_seed)
    return replace(found, mean=float(np.tanh(found.mean)), low=low, high=high, by_seed=by_seed)


def tails(units: int) -> tuple[float, float]:
    """Percentiles of a bootstrap that cover 95 % with so many units: further out the fewer (Hesterberg 2015, expanded)."""
    share = float(norm.cdf(-((units / (units - 1)) ** 0.5) * t.ppf(0.975, units - 1)))
    return 100 * share, 100 * (1 - share)


def resampled(groups: Sequence[np.ndarray]) -> np.ndarray:
    """`DRAWS` means: seeds drawn with replacement, and images with replacement within each; always the same draws."""
    random = np.random.default_rng(seed_of("claims", len(groups)))
    # Images are drawn anew for every place a seed is drawn to.
    means = [group[random.integers(len(group), size=(DRAWS, len(groups), len(group)))].mean(axis=2) for group in groups]
    chosen = random.integers(len(groups), size=(DRAWS, len(groups)))
    return np.take_along_axis(np.stack(means), chosen[None], axis=0)[0].mean(axis=1)
