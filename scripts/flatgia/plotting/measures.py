"""Reads the long tables of `scripts/evaluate.py` and reduces them to means and standard errors."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from flatgia.core.artifacts import check, remedy
from flatgia.core.errors import FlatgiaError
from flatgia.core.failures import FAILED_ABOVE, has_failed
from flatgia.metrics.scores import SCORES
from flatgia.plotting.request import Request

FACTS = ["run", "seed", "method", "round", "gradient", "attacker", "attack", "batch"]
COLUMNS = [*FACTS, "image", "metric", "value"]
GIVE = "give a .csv that scripts/evaluate.py wrote"
WHOLE = ["seed", "round", "batch", "image"]
TYPES = dict.fromkeys(COLUMNS, "str") | dict.fromkeys(WHOLE, "int64") | {"value": "float64"}


def read_measures(paths: Iterable[Path]) -> pd.DataFrame:
    """One row per image and metric of all files, and whether its search failed (see core/failures.py) in `failed`.

    Raises `FlatgiaError` on a damaged, foreign or repeated row.
    """
    frames = [_read(path) for path in paths]
    rows = pd.concat(frames, ignore_index=True)
    # Within a file an image may stand in several batches; no two files hold the same attack.
    files = pd.concat([frame[FACTS].drop_duplicates() for frame in frames])
    twice = files[files.duplicated()]
    if len(twice):
        found = twice.iloc[0]
        what = f"{found['method']}, {found['attack']}, round {found['round']} is given twice"
        raise FlatgiaError("--metrics", what, "name each file once")
    if rows["run"].nunique() > 1:
        scales = " and ".join(sorted(rows["run"].unique()))
        raise FlatgiaError("--metrics", f"the files mix the scales {scales}", "give the files of one scale")
    return rows


def _read(path: Path) -> pd.DataFrame:
    check(path)
    try:
        rows = pd.read_csv(path, dtype=TYPES)
    except (ValueError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise FlatgiaError(path, f"not a table of metrics ({str(error).strip()})", remedy(path, GIVE)) from None
    if list(rows.columns) != COLUMNS:
        raise FlatgiaError(path, f"its columns are not {', '.join(COLUMNS)}", remedy(path, GIVE))
    bad = rows[~np.isfinite(rows["value"])]
    if len(bad):
        found = bad.iloc[0]
        what = f"{found['metric']} of image {found['image']} is {found['value']}"
        raise FlatgiaError(path, what, "run the attack and its evaluation again, or leave this file out")
    return rows.assign(failed=_failed(rows))


def _failed(rows: pd.DataFrame) -> pd.Series:
    """1 where a search failed, 0 where not, NaN where that is not told or the truth does not explain the gradient."""
    case = [*FACTS, "image"]
    alone = rows[(rows["batch"] == 1) & rows["metric"].isin(["distance", "distance_truth"])]  # a batch has one for all
    if alone.empty:
        return pd.Series(math.nan, rows.index)
    both = alone.drop_duplicates([*case, "metric"]).set_index([*case, "metric"])["value"].unstack("metric")
    both = both.reindex(columns=["distance", "distance_truth"]).dropna()
    told = has_failed(both["distance"], both["distance_truth"]).astype(float)
    told = told.where(both["distance_truth"] <= FAILED_ABOVE).rename("failed")
    return rows[case].join(told, on=case)["failed"]


def arrived(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows whose search did not fail: failures are counted apart. Where all of one attack's failed, all of them."""
    lost = rows["failed"] == 1
    return rows[~lost | lost.groupby([rows[name] for name in (*FACTS, "metric")]).transform("all")]


def failures(rows: pd.DataFrame) -> tuple[int, int]:
    """How many searches failed, and of how many that is known."""
    known = rows.drop_duplicates([*FACTS, "image"])["failed"].dropna()
    return int(known.sum()), len(known)


def select(
    rows: pd.DataFrame,
    request: Request,
    methods: Sequence[str],
    attacks: Sequence[str],
    metrics: Sequence[str],
    rounds: Sequence[int],
    batches: Sequence[int] = (1,),
    every_round: bool = False,
) -> pd.DataFrame:
    """The rows of these lines and rounds. Raises `FlatgiaError` where one has none, or fewer rounds than the others."""
    mine = (rows["gradient"] == request.gradient) & (rows["attacker"] == request.attacker)
    for column, wanted in (("method", methods), ("attack", attacks), ("metric", metrics)):
        mine &= rows[column].isin(wanted)
    rows = rows[mine & rows["round"].isin(rounds) & rows["batch"].isin(batches)]
    found = {key: set(group) for key, group in rows.groupby(["method", "attack", "metric", "batch"])["round"]}
    needed = set(rounds) if every_round else set(rows["round"].unique())
    axes = f"{request.gradient}-{request.attacker}"
    for key in ((m, a, s, b) for m in methods for a in attacks for s in metrics for b in batches):
        missing = needed - found.get(key, set())
        if missing or key not in found:
            at = f" at round {min(missing)}" if missing else ""
            what = "no rows for method {}, attack {}, metric {}, batch size {}".format(*key) + f", {axes}{at}"
            raise FlatgiaError("--metrics", what, "give the CSV that holds them, or take the name out of `report`")
    return rows


def summarise(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Columns `by`, mean, se, n (values), seeds, median, failed; the metric as it is printed.

    A mean is over the means of the seeds, and se its standard error: over the seeds, with one over its images (empty for
    one image). Searches that failed are left out of mean, se and n, not of the median; `failed` counts them.
    """
    by = list(by)
    scaled = rows.assign(
        value=rows["value"] * rows["metric"].map(lambda metric: SCORES[metric].factor),
        metric=rows["metric"].map(lambda metric: SCORES[metric].name),
    )
    # An image that stands in several batches counts as one.
    images, whole = (part.groupby([*by, "seed", "image"])["value"].mean() for part in (arrived(scaled), scaled))
    seeds = images.groupby(level=[*by, "seed"]).mean().groupby(level=by)
    table = seeds.agg(mean="mean", se="sem").assign(n=images.groupby(level=by).count(), seeds=seeds.count())
    table["se"] = table["se"].fillna(images.groupby(level=by).sem())
    table["median"] = whole.groupby(level=[*by, "seed"]).median().groupby(level=by).mean()
    lost = (scaled["failed"] == 1).groupby([scaled[name] for name in (*by, "seed", "image")]).any()
    return table.assign(failed=lost.groupby(level=by).sum().astype(int)).reset_index()


def counted(rows: pd.DataFrame) -> str:
    """What a mean of these rows is over, in words: `10 images, one draw`, or `10 images × 3 draws`.

    A draw is a seed: initial weights, split and images.
    """
    images = int(rows.groupby(FACTS)["image"].nunique().max())
    draws = rows.groupby([name for name in FACTS if name != "seed"])["seed"].nunique()
    least, most = int(draws.min()), int(draws.max())
    words = f"{images} image{'s' * (images > 1)}"
    if most == 1:
        return f"{words}, one draw"
    return f"{words} × {most if least == most else f'{least} to {most}'} draws"


def spread(rows: pd.DataFrame) -> str:
    """The sentences under a figure that say what its lines and bands are."""
    over, (lost, known) = counted(rows), failures(rows)
    said = (
        "One image: no spread can be given."
        if over.startswith("1 image,")
        else f"Mean and ±1 standard error over {over}."
    )
    return said + (f" {lost} of {known} searches failed and are left out." if lost else "")


def figure_rounds(config: dict[str, Any], *parts: str) -> list[int]:
    """The rounds of these parts of `rounds` (table, curve, long), sorted."""
    return sorted({number for part in parts for number in config["rounds"][part]})
