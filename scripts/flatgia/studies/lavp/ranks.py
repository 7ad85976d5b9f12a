"""Rank correlations over images, partial ones, and their bootstrap intervals over images and seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from flatgia.core.seeds import seed_of

Array = NDArray[np.float64]
DRAWS = 1000


@dataclass(frozen=True)
class Interval:
    """A value and its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 or -1 if the whole interval lies above or below 0, else 0."""
        return 1 if self.low > 0 else -1 if self.high < 0 else 0


class Ranks:
    """Standardised ranks of named variables of one seed's images, of the images themselves and of `DRAWS` resamples."""

    def __init__(self, variables: Mapping[str, Array], *seed: object):
        count = len(next(iter(variables.values())))
        random = np.random.default_rng(seed_of("lavp bootstrap", count, *seed))
        chosen = np.vstack([np.arange(count), random.integers(count, size=(DRAWS, count))])
        self._of: dict[str, Array] = {
            name: _standardised(np.asarray(values, float)[chosen]) for name, values in variables.items()
        }

    def __contains__(self, name: str) -> bool:
        return name in self._of

    def spearman(self, left: str, right: str) -> Array:
        """(1 + DRAWS,); NaN where one of both is constant."""
        return (self._of[left] * self._of[right]).mean(1)

    def partial(self, left: str, right: str, given: str) -> Array:
        """The same with what both share with `given` taken out (of ranks; Kendall 1942)."""
        ab, ac, bc = self.spearman(left, right), self.spearman(left, given), self.spearman(right, given)
        rest = (1 - ac**2) * (1 - bc**2)
        return np.divide(ab - ac * bc, np.sqrt(rest.clip(min=0)), out=np.full_like(ab, np.nan), where=rest > 1e-12)


def _standardised(values: Array) -> Array:
    ranks = rankdata(values, axis=1)
    ranks -= ranks.mean(1, keepdims=True)
    deviation = ranks.std(1, keepdims=True)
    return np.divide(ranks, deviation, out=np.full_like(ranks, np.nan), where=deviation > 0)


def interval(by_seed: Sequence[Array]) -> Interval | None:
    """Of the mean over seeds, from each one's (1 + DRAWS,); images are resampled within seeds, seeds around them.

    None where the statistic is not defined, as of a constant.
    """
    table = np.stack(by_seed)
    if np.isnan(table[:, 0]).any():
        return None
    random = np.random.default_rng(seed_of("lavp seeds", len(table)))
    chosen = random.integers(len(table), size=(DRAWS, len(table)))
    means = np.take_along_axis(table[:, 1:].T, chosen, axis=1).mean(1)
    if np.isnan(means).mean() > 0.05:
        return None
    low, high = np.nanpercentile(means, [2.5, 97.5])
    value = float(table[:, 0].mean())
    return Interval(value, min(float(low), value), max(float(high), value))
