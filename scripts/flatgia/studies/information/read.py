"""Reads spectra: a row an image, with the numbers of its singular values."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from flatgia.core.artifacts import load_arrays, remedy
from flatgia.core.errors import FlatgiaError
from flatgia.studies.information import AXES
from flatgia.studies.information.numbers import numbers

KEYS = ["method", "round", "seed", "gradient", "image"]


def read_spectra(paths: Iterable[Path], first: str, start: int) -> pd.DataFrame:
    """Columns `KEYS`, accuracy (percent), entries, values (falling), and those of `numbers`.

    Noise of a fixed size is a share of the mean norm that the method `first` has at round `start`, a seed each. A method that
    shares the plain gradient has no rows `sent`. Raises `FlatgiaError` on a foreign file, or if `first` is not among them.
    """
    rows = [row for path in paths for row in _rows(path)]
    norms: dict[int, list[float]] = {}
    for row in rows:
        if (row["method"], row["round"], row["gradient"]) == (first, start, "plain"):
            norms.setdefault(row["seed"], []).append(row["norm"])
    if not norms:
        what = f"none of {first} at round {start}, which the others are measured by"
        raise FlatgiaError("--spectra", what, "give that file too")
    everywhere = [norm for each in norms.values() for norm in each]
    for row in rows:
        reference = norms.get(row["seed"], everywhere)
        row |= numbers(row["values"], row["norm"], row["entries"], float(np.mean(reference)))
        row["error"] = _bias(row, float(np.mean(reference)))
    return pd.DataFrame(rows)


def _rows(path: Path) -> list[dict[str, Any]]:
    tensors, facts = load_arrays(path)
    if not {"plain", "plain_norm"} <= tensors.keys():
        what = "not the spectra of scripts/studies/information.py"
        raise FlatgiaError(path, what, remedy(path, "give a file that it wrote"))
    about = {name: facts[name] for name in ("method", "round", "seed", "entries")}
    about["accuracy"] = 100 * facts["accuracy"]
    return [
        about
        | {"gradient": kind, "image": image, "values": values.astype(np.float64)}
        | {"norm": float(tensors[f"{kind}_norm"][image])}
        | ({"halves": tensors[f"{kind}_halves"][image].astype(np.float64)} if f"{kind}_halves" in tensors else {})
        for kind in AXES
        if kind in tensors
        for image, values in enumerate(tensors[kind])
    ]


def _bias(row: dict[str, Any], reference: float) -> float:
    """How far the surviving directions at the larger noise fall as the directions taken double; 0 if all are taken."""
    if "halves" not in row:
        return 0.0
    half = [numbers(values, row["norm"], row["entries"], reference)["directions_0.01"] for values in row["halves"]]
    return float(np.mean(half)) - float(row["directions_0.01"])
