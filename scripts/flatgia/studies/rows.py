"""Reads the CSVs that the command of a study wrote."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from flatgia.core.artifacts import check, remedy
from flatgia.core.errors import FlatgiaError


def nothing_wrong(frame: pd.DataFrame) -> str:
    """For a table of which the columns say all."""
    return ""


def read_rows(
    paths: Iterable[Path],
    columns: Sequence[str],
    study: str,
    what: str,
    wrong: Callable[[pd.DataFrame], str] = nothing_wrong,
    infinite: Sequence[str] = (),
    types: Mapping[str, type] | None = None,
) -> pd.DataFrame:
    """All rows of all files, which hold `what` ("shifts") and were written by scripts/studies/<study>.py.

    Raises `FlatgiaError` on a foreign or damaged file: other columns, a value that is missing, one that is infinite but in the
    columns `infinite`, or what `wrong` says of it.
    """
    frames = []
    for path in paths:
        check(path)
        try:
            frame = pd.read_csv(path, dtype=types)
            if missing := set(columns) ^ set(frame.columns):
                raise ValueError(f"columns {', '.join(sorted(missing))}")
            if frame.isna().any(axis=None):
                raise ValueError("a value is missing")
            if np.isinf(frame.drop(columns=list(infinite)).select_dtypes("number")).any(axis=None):
                raise ValueError("a value is not finite")
            if said := wrong(frame):
                raise ValueError(said)
        except ValueError as error:  # pandas raises kinds of it
            give = remedy(path, f"give a .csv that scripts/studies/{study}.py wrote")
            raise FlatgiaError(path, f"no table of {what} ({str(error).strip()})", give) from None
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)
