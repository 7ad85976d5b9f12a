"""The scores of `scripts/studies/updates.py`, checked, and each attacker's gain over the blind guess."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from flatgia.core.errors import FlatgiaError
from flatgia.core.failures import has_failed
from flatgia.studies.rows import read_rows
from flatgia.studies.updates.attackers import BLIND
from flatgia.studies.updates.case import Case

CASE = ["images", "batch", "steps"]
PLACE = ["method", "round", *CASE]  # one line of the table
KEYS = [*PLACE, "seed"]
COLUMNS = ["method", "round", "seed", *CASE, "attacker", "image", "metric", "value"]
FIT = ["distance", "distance_truth"]


def read_scores(paths: Sequence[Path]) -> pd.DataFrame:
    """All rows of all files. Raises `FlatgiaError` on a foreign, damaged or repeated file."""
    rows = read_rows(paths, COLUMNS, "updates", "scores")
    if rows.duplicated([*KEYS, "attacker", "image", "metric"]).any():
        raise FlatgiaError("--scores", "a case is given twice", "name each file once")
    return rows


def per_image(rows: pd.DataFrame) -> pd.DataFrame:
    """A row per attacker and image: a column per metric, the blind guess's PSNR in `blind`, and `gain`, dB over it."""
    scores = rows[~rows["metric"].isin(FIT)]
    wide = scores.pivot(index=[*KEYS, "attacker", "image"], columns="metric", values="value").reset_index()
    blind = wide[wide["attacker"] == BLIND].set_index([*KEYS, "image"])["psnr"].rename("blind")
    table = wide[wide["attacker"] != BLIND].join(blind, on=[*KEYS, "image"])
    return table.assign(gain=table["psnr"] - table["blind"])


def searches(rows: pd.DataFrame) -> pd.DataFrame:
    """A row per attacker and client: the distances, and whether the search `failed` (flatgia.core.failures)."""
    fit = rows[rows["metric"].isin(FIT)]
    wide = fit.pivot(index=[*KEYS, "attacker", "image"], columns="metric", values="value").reset_index()
    return wide.assign(failed=has_failed(wide["distance"], wide["distance_truth"]))


def cases_in(table: pd.DataFrame) -> list[Case]:
    """By images, then batch, then steps."""
    return [Case(*map(int, numbers)) for numbers in sorted(set(table[CASE].itertuples(index=False, name=None)))]
