"""Test accuracy from the facts of checkpoints."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from flatgia.core.artifacts import load_facts, remedy
from flatgia.core.errors import FlatgiaError


def read_accuracy(paths: Iterable[Path], methods: Sequence[str], rounds: Sequence[int]) -> pd.DataFrame:
    """Columns method, round, and those of `summarise`: percent over the seeds. Raises `FlatgiaError` where one is missing."""
    rows = []
    for path in paths:
        facts = load_facts(path)
        try:
            rows.append((facts["method"], facts["round"], facts["seed"], 100 * facts["accuracy"]))
        except (KeyError, TypeError):
            raise FlatgiaError(
                path,
                "it names no method, round, seed and accuracy",
                remedy(path, "give a checkpoint that scripts/train.py wrote"),
            ) from None
    frame = pd.DataFrame(rows, columns=["method", "round", "seed", "value"]).drop_duplicates()
    frame = frame[frame["method"].isin(methods) & frame["round"].isin(rounds)]
    for method in methods:
        for number in rounds:
            if not ((frame["method"] == method) & (frame["round"] == number)).any():
                what = f"no checkpoint of method {method} at round {number}"
                raise FlatgiaError("--checkpoints", what, "give that checkpoint")
    groups = frame.groupby(["method", "round"])["value"]
    table = groups.agg(mean="mean", se="sem", n="count", seeds="count", median="median")
    return table.assign(failed=0).reset_index()
