"""The results of `networks`: PSNR per image, and numbers of the models, by case."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from flatgia.core.errors import FlatgiaError
from flatgia.plotting.accuracy import read_accuracy
from flatgia.plotting.figures.curvature import read_hessians
from flatgia.plotting.measures import read_measures
from flatgia.studies.cases import by, case_of


def read_psnr(paths: Iterable[Path]) -> pd.DataFrame:
    """Rows as of `read_measures`, with `case` and `mode`, of the metrics psnr and distance_truth."""
    frames = []
    for (case, mode), mine in by(paths, lambda path: (path.parents[3].name, path.parents[1].name)).items():
        frames.append(read_measures(mine).assign(case=case, mode=mode))
    rows = pd.concat(frames, ignore_index=True)
    return rows[rows["metric"].isin(["psnr", "distance_truth"])]


def read_models(
    checkpoints: Sequence[Path], hessians: Sequence[Path], methods: Sequence[str], rounds: Sequence[int]
) -> pd.DataFrame:
    """Columns case, method, round, accuracy (%), and means over the seeds of lambda_max, log_det and its floor, parameters."""
    found = []
    curved = by(hessians, case_of)
    for case, mine in by(checkpoints, case_of).items():
        if case not in curved:
            raise FlatgiaError("--hessian", f"none is of the case {case}", "give the JSONs of the same cases")
        accuracy = read_accuracy(mine, methods, rounds).set_index(["method", "round"])["mean"].rename("accuracy")
        rows = read_hessians(curved[case], list(methods), list(rounds))
        means = rows.groupby(["method", "round"])[["lambda_max", "log_det", "floor"]].mean()
        found.append(means.join(accuracy).reset_index().assign(case=case))
    return pd.concat(found, ignore_index=True)
