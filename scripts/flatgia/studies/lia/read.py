"""The rounds of all seeds as one table."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from flatgia.core.artifacts import check, remedy
from flatgia.core.errors import FlatgiaError

NUMBERS = ["right", "exact", "population"]
KEYS = ["part", "network", "clients", "images", "classes", "gamma", "design", "strength", "method", "steps", "weights", "clip",
        "noise", "dropped"]  # fmt: skip
COLUMNS = ["seed", *KEYS, "channels", "server", *NUMBERS, "least", "condition", "distance", "accuracy"]


def read_rounds(paths: Sequence[Path]) -> pd.DataFrame:
    """`COLUMNS`, shares in [0, 1]. Raises `FlatgiaError` on a foreign or damaged file."""
    frames = []
    for path in paths:
        check(path)
        try:
            frame = pd.read_csv(path)
            if missing := set(COLUMNS) ^ set(frame.columns):
                raise ValueError(f"columns {', '.join(sorted(missing))}")
            if frame.isna().any(axis=None) or not frame[NUMBERS].stack().between(0, 1).all():
                raise ValueError("a share is missing or outside [0, 1]")
        except (ValueError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            give = remedy(path, "give a .csv that scripts/studies/lia.py wrote")
            raise FlatgiaError(path, f"not a table of rounds ({error})", give) from None
        frames.append(frame)
    # A system without full rank has no condition number.
    return pd.concat(frames, ignore_index=True).replace({"condition": {np.inf: 0.0}})
