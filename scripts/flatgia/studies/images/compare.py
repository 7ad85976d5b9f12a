"""Ten images beside all of them: means and medians with intervals, sets of ten, and the statements judged from both."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from flatgia.claims.claim import Claim, Key, minus
from flatgia.claims.interval import DRAWS, Estimate, estimate, resampled, tails
from flatgia.core.seeds import seed_of
from flatgia.plotting.measures import FACTS, arrived
from flatgia.studies.axes import STATEMENTS
from flatgia.studies.images import TEN
from flatgia.studies.rounds import rounds_of
from flatgia.studies.values import KEYS


def first_ten(image: pd.Series) -> pd.Series:
    """Those of Table 1."""
    return image < TEN


def claims(config: dict[str, Any], attack: str, label: Callable[[str], str]) -> Iterator[Claim]:
    """The statements about each other method and round, beside the first method."""
    first, *others = config["studies"]["images"]["methods"]
    for setting, text in STATEMENTS.items():
        for method in others:
            for number in rounds_of(config, "images"):
                mine = Key("psnr", method, attack, number, setting=setting)
                kind, sign = ("equality", 0) if setting == "adaptive" else ("comparison", -1)
                part = minus(mine, Key("psnr", first, attack, number))
                said = text.format(method=label(method), first=label(first))
                yield Claim("", said, f"round {number}", [part], kind, sign)


def ten_beside_others(values: pd.Series) -> Estimate:
    """Mean of the first ten less that of all others, with the interval of two independent samples; by (seed, image)."""
    early = values.index.get_level_values("image") < TEN
    parts = values[early], values[~early]
    each = [[group.to_numpy() for _, group in part.groupby(level="seed")] for part in parts]
    by_seed = tuple(float(a.mean() - b.mean()) for a, b in zip(*each, strict=True))
    drawn = resampled(each[0]) - resampled(each[1])
    low, high = np.percentile(drawn, tails(len(each[0]) if len(each[0]) > 1 else len(parts[0])))
    return Estimate(float(np.mean(by_seed)), float(low), float(high), len(values), by_seed)


def median_interval(values: pd.Series) -> tuple[float, float, float]:
    """Median over all values and its 95 % bootstrap interval; seeds and images are drawn alike."""
    found = values.to_numpy()
    random = np.random.default_rng(seed_of("images", "median", len(found)))
    drawn = np.median(found[random.integers(len(found), size=(DRAWS, len(found)))], axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(np.median(found)), float(low), float(high)


def sets_of_ten(values: pd.Series) -> pd.Series:
    """The mean of each set of ten, by (seed, set); the last is left out where it is not full."""
    ten = values.index.get_level_values("image") // TEN
    sets = values.groupby([values.index.get_level_values("seed"), ten])
    means, size = sets.mean(), values.index.get_level_values("image").max() + 1
    return means[means.index.get_level_values(1) < size // TEN]


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """A row for each case: means, intervals and medians of ten and of all, failed searches, and the range of the sets."""
    found = []
    for facts, group in rows.groupby(KEYS, sort=False):
        line: dict[str, Any] = dict(zip(KEYS, facts, strict=True))
        whole = group.set_index(["seed", "image"])
        good = arrived(group).set_index(["seed", "image"])["value"].sort_index()
        early = good.index.get_level_values("image") < TEN
        for name, part, lost in (
            ("ten", good[early], whole[whole.index.get_level_values("image") < TEN]),
            ("all", good, whole),
        ):
            mean = estimate(part)
            middle = median_interval(lost["value"])
            line |= {f"{name}_mean": mean.mean, f"{name}_low": mean.low, f"{name}_high": mean.high}
            line |= dict(zip((f"{name}_median", f"{name}_median_low", f"{name}_median_high"), middle, strict=True))
            line |= {f"{name}_failed": int((lost["failed"] == 1).sum()), f"{name}_images": len(lost)}
        sets = sets_of_ten(good)
        found.append(line | {"set_lowest": sets.min(), "set_highest": sets.max(), "sets": len(sets)})
    return pd.DataFrame(found)


def same_images(many: pd.DataFrame, few: pd.DataFrame) -> tuple[int, float]:
    """How many of the run's own targets stand among these images, and the largest difference in PSNR (dB) that they have."""
    keys = [*FACTS, "image", "metric"]
    both = many.merge(few, on=keys, suffixes=("", "_ten"))
    both = both[both["metric"] == "psnr"]
    return len(both), float((both["value"] - both["value_ten"]).abs().max()) if len(both) else 0.0
