"""The rounds of all seeds as one table."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from flatgia.studies.rows import read_rows

NUMBERS = ["right", "exact", "population"]
KEYS = ["part", "network", "clients", "images", "classes", "gamma", "design", "strength", "method", "steps", "weights", "clip",
        "noise", "dropped"]  # fmt: skip
COLUMNS = ["seed", *KEYS, "channels", "server", *NUMBERS, "least", "condition", "distance", "accuracy"]


def read_rounds(paths: Sequence[Path]) -> pd.DataFrame:
    """`COLUMNS`, shares in [0, 1]. Raises `FlatgiaError` on a foreign or damaged file."""
    rows = read_rows(paths, COLUMNS, "lia", "rounds", _wrong, infinite=["condition"])
    # A system without full rank has no condition number.
    return rows.replace({"condition": {np.inf: 0.0}})


def _wrong(frame: pd.DataFrame) -> str:
    return "" if frame[NUMBERS].stack().between(0, 1).all() else "a share is outside [0, 1]"
