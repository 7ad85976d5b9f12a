"""The results of `heterogeneity`: who held what, and at every alpha PSNR, accuracy and log det H."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from flatgia.claims.claim import Key
from flatgia.claims.models import accuracy, curvature
from flatgia.core.errors import FlatgiaError
from flatgia.plotting.measures import read_measures
from flatgia.plotting.request import Request
from flatgia.studies.cases import by, case_of
from flatgia.studies.heterogeneity.split import laid_over, name_of
from flatgia.studies.rows import read_rows
from flatgia.studies.values import every, values_of

COLUMNS = ["alpha", "seed", "client", "images", "classes", "largest"]
OF_MODELS = ("accuracy", "log_det")


class Measured(NamedTuple):
    """What was found at one alpha: PSNR per image, and every quantity by (seed, image) with the error of what is estimated."""

    rows: pd.DataFrame
    values: Mapping[Key, pd.Series]
    errors: Mapping[Key, float]


def read_clients(paths: Iterable[Path]) -> pd.DataFrame:
    """A row for each client at each alpha and seed, `alpha` by its name."""
    rows = read_rows(paths, COLUMNS, "heterogeneity_clients", "clients")
    return rows.assign(alpha=rows["alpha"].map(name_of))


def read_measured(request: Request) -> dict[str, Measured]:
    """By the name of each alpha. Raises `FlatgiaError` where the files of one, or a model's number, are not there."""
    config, section = request.config, request.config["studies"]["heterogeneity"]
    files = {kind: by(request.files[kind], case_of) for kind in ("metrics", "checkpoints", "hessian")}
    found = {}
    for alpha in section["alphas"]:
        name = name_of(alpha)
        for kind, given in files.items():
            if name not in given:
                raise FlatgiaError(f"--{kind}", f"none is of alpha {name}", "give the files of this config")
        rows = read_measures(files["metrics"][name])
        rows = rows[rows["metric"] == "psnr"]
        models = dict(accuracy(files["checkpoints"][name], laid_over(config, alpha)))
        models |= dict(curvature(files["hessian"][name], config))
        for method in section["methods"]:
            for number in section["rounds"]:
                for metric in OF_MODELS:
                    if Key(metric, method, "", number) not in models:
                        what = f"no {metric} of {method} at round {number}, alpha {name}"
                        raise FlatgiaError("--checkpoints and --hessian", what, "give the files of this config")
        values = {key: column for key, (column, _) in models.items()} | values_of(rows, every)
        found[name] = Measured(rows, values, {key: error for key, (_, error) in models.items()})
    return found
