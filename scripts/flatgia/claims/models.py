"""What is measured of the models themselves: their Hessians and their test accuracy, by quantity."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from flatgia.claims.claim import Key
from flatgia.core.artifacts import load_facts, load_json, remedy
from flatgia.core.errors import FlatgiaError
from flatgia.plotting.accuracy import read_accuracy
from flatgia.plotting.figures.curvature import ESTIMATED, SCALE, read_hessians

Z = 1.96  # standard errors to either side of a 95 % interval
WHOLE = ("lambda_max", "trace", "count_above")  # beside the log determinant, as they are


def curvature(paths: Iterable[Path], config: Mapping[str, Any]) -> Iterator[tuple[Key, tuple[pd.Series, float]]]:
    """The log determinant (x 1e-4) and `WHOLE` per method and round; over the late rounds its range and its mean step."""
    table: dict[str, dict[int, pd.Series]] = {}
    errors: dict[str, float] = {}
    for (method, number), group in grouped(paths, load_json).items():
        rows = read_hessians(group, [method], [number])
        error = SCALE * float((Z * rows["log_det_se"] + rows["quadrature_error"]).max())
        column = over_seeds(rows["seed"], rows["log_det"] * SCALE)
        table.setdefault(method, {})[number] = column
        errors[method] = max(error, errors.get(method, 0.0))
        yield Key("log_det", method, "", number), (column, error)
        for name in WHOLE:
            own = float(Z * rows[f"{name}_se"].max()) if name in ESTIMATED else 0.0
            yield Key(name, method, "", number), (over_seeds(rows["seed"], rows[name]), own)
        above = 100 * (rows["log_det"] - rows["floor"]) / rows["floor"].abs()
        yield Key("above_floor", method, "", number), (over_seeds(rows["seed"], above), 0.0)
    late = late_rounds(config)
    for method, columns in table.items():
        if len(late) > 2 and set(late) <= set(columns):
            run = pd.concat([columns[number] for number in late], axis=1, join="inner")
            steps = run.diff(axis=1).abs().mean(axis=1)
            for name, column in (("log_det_range", run.max(axis=1) - run.min(axis=1)), ("log_det_step", steps)):
                yield Key(name, method, "", late[-1]), (column, 2 * errors[method])


def spectra(paths: Iterable[Path]) -> dict[tuple[str, int], dict[int, list[float]]]:
    """The kept histogram of eigenvalues per (method, round) and seed; older results have none."""
    found: dict[tuple[str, int], dict[int, list[float]]] = {}
    for value in map(load_json, paths):
        if "spectrum" in value:
            found.setdefault((value["method"], value["round"]), {})[value["seed"]] = value["spectrum"]
    return found


def stochastic(paths: Iterable[Path]) -> list[tuple[float, float]]:
    """Where log det was measured both ways: by slq minus exactly, and the error that slq states for itself."""
    both = [value for value in map(load_json, paths) if "slq" in value]
    return [(value["slq"]["log_det"] - value["log_det"], value["slq"]["log_det_se"]) for value in both]


def late_rounds(config: Mapping[str, Any]) -> list[int]:
    """From the last round of Table 1 on."""
    return sorted([max(config["rounds"]["table"]), *config["rounds"]["long"]])


def accuracy(paths: Iterable[Path], config: Mapping[str, Any]) -> Iterator[tuple[Key, tuple[pd.Series, float]]]:
    """Test accuracy in percent per method and round; its error is that of a share of so many test images."""
    images = config["federation"]["test_images"]
    for (method, number), group in grouped(paths, load_facts).items():
        read_accuracy(group, [method], [number])  # for its checks
        found = {facts["seed"]: 100 * facts["accuracy"] for facts in map(load_facts, group)}
        share = sum(found.values()) / len(found) / 100
        column = over_seeds(found, found.values())
        yield Key("accuracy", method, "", number), (column, 100 * Z * (share * (1 - share) / images) ** 0.5)


def grouped(paths: Iterable[Path], read: Callable[[Path], Any]) -> dict[tuple[str, int], list[Path]]:
    """Files by the method and round they name, in order of those."""
    found: dict[tuple[str, int], list[Path]] = {}
    for path in paths:
        try:
            value = read(path)
            key = (str(value["method"]), int(value["round"]))
        except (KeyError, TypeError, ValueError):
            raise FlatgiaError(
                path, "it names no method and round", remedy(path, "give what scripts/train.py or hessian.py wrote")
            ) from None
        found.setdefault(key, []).append(path)
    return dict(sorted(found.items()))


def over_seeds(seeds: Iterable[int], values: Iterable[float]) -> pd.Series:
    """One value per seed, indexed like those of images."""
    index = pd.MultiIndex.from_tuples([(int(seed), 0) for seed in seeds], names=["seed", "image"])
    return pd.Series(list(values), index=index, dtype=float)
