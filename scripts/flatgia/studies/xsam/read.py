"""The rows of all trainings, and one line of numbers for each."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from flatgia.studies.rows import read_rows

COLUMNS = ["network", "optimiser", "seed", "epoch", "step", "number", "value"]
KEYS = ["network", "optimiser", "seed"]
END = -1
FINAL = ("test_accuracy", "train_accuracy", "held_out_accuracy", "loss", "perturbed_loss", "lambda_max", "evaluations")


def read_trainings(paths: Iterable[Path]) -> pd.DataFrame:
    """Columns `COLUMNS`. Raises `FlatgiaError` on a foreign or damaged file."""
    return read_rows(paths, COLUMNS, "xsam", "a training")


def diverged(rows: pd.DataFrame) -> pd.DataFrame:
    """`KEYS` of the trainings that diverged."""
    return rows[rows["number"] == "diverged"][KEYS].drop_duplicates()


def epochs(rows: pd.DataFrame) -> pd.DataFrame:
    """`KEYS`, epoch, and a column for each number of a model after it; of the initial model there is none."""
    ends = rows[(rows["step"] == END) & (rows["epoch"] > 0)]
    return ends.pivot_table(index=[*KEYS, "epoch"], columns="number", values="value").reset_index()


def looks(rows: pd.DataFrame) -> pd.DataFrame:
    """`KEYS`, step, and a column for each number of a look; `oriented_cosine` is that of g_a with v turned so that the
    curvature rises along it."""
    seen = rows[rows["step"] != END].pivot_table(index=[*KEYS, "step"], columns="number", values="value").reset_index()
    if seen.empty:
        return seen
    return seen.assign(oriented_cosine=seen["perturbed_cosine"] * np.sign(seen["rise"]))


def finals(rows: pd.DataFrame) -> pd.DataFrame:
    """One line a training that did not diverge: `KEYS`, `FINAL` after its last epoch, what its looks saw, its rate."""
    lost = set(diverged(rows).itertuples(index=False, name=None))
    ends = epochs(rows)
    whole = ends[[tuple(key) not in lost for key in ends[KEYS].itertuples(index=False, name=None)]]
    last = whole.sort_values("epoch").groupby(KEYS).tail(1).set_index(KEYS)
    table = last[["epoch", *(name for name in FINAL if name in last)]]
    table = table.join(rows[rows["number"] == "rate"].set_index(KEYS)["value"].rename("rate"))
    seen = looks(rows)
    if seen.empty:
        return table.reset_index()
    by = seen.groupby(KEYS)
    acute = (seen["perturbed_cosine"] >= 0).groupby([seen[key] for key in KEYS]).mean().rename("acute")
    turned = (seen["oriented_cosine"] >= 0).groupby([seen[key] for key in KEYS]).mean().rename("acute_oriented")
    angles = np.degrees(np.arccos(seen["perturbed_cosine"].abs().clip(upper=1)))
    angle = angles.groupby([seen[key] for key in KEYS]).median().rename("angle")
    table = table.join([acute, turned, angle, by["effect"].mean()])
    return (table.join(by["own"].median()) if "own" in seen else table).reset_index()
