"""What a run leaves for those who do not run it again: every per-image value, every Hessian, every training curve."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from flatgia.core.artifacts import load_facts, load_json

KEYS = ["seed", "method", "round"]
TRAINING = [*KEYS, "accuracy", "loss"]


def measures(paths: Iterable[Path]) -> pd.DataFrame:
    """All rows of all metric tables; a round that stands in two tables counts once."""
    rows = pd.concat([pd.read_csv(path) for path in paths], ignore_index=True)
    return rows.drop_duplicates().sort_values(list(rows.columns[:-1]), kind="stable")


def hessians(paths: Iterable[Path]) -> pd.DataFrame:
    """A row a Hessian: its plain numbers."""
    rows = [
        {key: value for key, value in load_json(path).items() if not isinstance(value, list | dict)} for path in paths
    ]
    table = pd.DataFrame(rows).sort_values(KEYS, kind="stable")
    return table[[*KEYS, *sorted(set(table.columns) - set(KEYS))]]


def training(paths: Iterable[Path]) -> pd.DataFrame:
    """A row a checkpoint: test accuracy in [0, 1] and test loss."""
    rows = [{key: facts[key] for key in TRAINING} for facts in map(load_facts, paths)]
    return pd.DataFrame(rows).sort_values(KEYS, kind="stable")
