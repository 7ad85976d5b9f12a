"""All that was measured, by quantity, from whatever files there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from flatgia.claims.claim import Key
from flatgia.claims.matched import Match, matched, matches
from flatgia.claims.models import accuracy, curvature, spectra, stochastic
from flatgia.claims.ranks import rank_correlations
from flatgia.claims.twins import twins
from flatgia.core.errors import FlatgiaError
from flatgia.metrics.scores import SCORES
from flatgia.plotting.baseline import baseline
from flatgia.plotting.beside import pair_rounds
from flatgia.plotting.measures import COLUMNS, FACTS, arrived, read_measures
from flatgia.plotting.request import Request
from flatgia.settings.paper_names import by_paper_label, paper_label

# Beside the paper's case (what the method sends, a naive attacker): (gradient, attacker) of the two controls.
ROUNDING = 1e-4  # what other kernels leave of one image's LPIPS, relative
CONTROLS = {"adaptive": ("method", "adaptive"), "plain": ("plain", "naive")}


@dataclass(frozen=True)
class Given:
    """Values by quantity, each indexed by (seed, image); `errors` are half-widths of those that are estimates.

    Searches that failed are left out of the values, and counted in `failed`; `same` are equal by construction.
    """

    values: Mapping[Key, pd.Series]
    errors: Mapping[Key, float]
    paper: Mapping[Key, float]
    failed: Mapping[Key, int]
    matches: Sequence[Match]
    same: Mapping[Key, Key]
    spectra: Mapping[tuple[str, int], Mapping[int, list[float]]]  # see curvature/histogram.py
    stochastic: Sequence[tuple[float, float]]  # see models.py


def gather(request: Request, reported: pd.DataFrame) -> Given:
    """Reads every file that was given."""
    config, hessians = request.config, request.files["hessian"]
    rows = read_rows(request.files["metrics"], config["scale"])
    values, failed = by_key(rows, request.gradient, request.attacker)
    for name, axes in CONTROLS.items():
        for table, part in zip((values, failed), by_key(rows, *axes), strict=True):
            table.update({key._replace(setting=name): found for key, found in part.items()})
    errors: dict[Key, float] = {}
    estimates = (
        curvature(hessians, config),
        accuracy(request.files["checkpoints"], config),
    )
    for key, (column, error) in chain(*estimates):
        values[key], errors[key] = column, error
    for key, (column, error) in list(rank_correlations(values, config)):
        values[key], errors[key] = column, error
    same = twins(values, config)
    # What a note marks has an accuracy that is not to be compared.
    base = baseline(config)
    flat = [name for name in config["report"]["methods"] if name != base and name not in request.notes["marks"]]
    pairs = matches(values, base, flat, list(config["attacks"]))
    paper = paper_values(reported, config)
    paper |= published_values(paper, config)
    return Given(
        values | matched(values, pairs), errors, paper, failed, pairs, same, spectra(hessians), stochastic(hessians)
    )


def read_rows(paths: Iterable[Path], scale: str) -> pd.DataFrame:
    """All rows of all files; a round that stands in two files counts once. Raises `FlatgiaError` if they disagree."""
    kept: dict[Any, pd.DataFrame] = {}
    for path in sorted(paths):
        for facts, part in read_measures([path]).groupby(FACTS, sort=False):
            part = part.reset_index(drop=True)
            if (found := part["run"].iloc[0]) != scale:
                raise FlatgiaError(path, f"its scale is {found}, not {scale} as in the config", "give the files of one")
            if not agree(known := kept.get(facts, part), part):
                raise FlatgiaError(path, "another file holds the same attack with other values", "remove the older one")
            kept[facts] = max(known, part, key=len)
    return pd.concat(kept.values(), ignore_index=True) if kept else pd.DataFrame(columns=[*COLUMNS, "failed"])


def agree(left: pd.DataFrame, right: pd.DataFrame) -> bool:
    """Whether two tables of one attack hold the same values, but for rounding, in all that both have."""
    both = [part.groupby(["image", "metric"])["value"].mean() for part in (left, right)]
    one, other = (part[part.index.isin(both[0].index.intersection(both[1].index))] for part in both)
    return bool(len(one)) and bool(np.allclose(one, other, rtol=ROUNDING, atol=ROUNDING**2))


def by_key(rows: pd.DataFrame, gradient: str, attacker: str) -> tuple[dict[Key, pd.Series], dict[Key, int]]:
    """The values of one kind of gradient and attacker as printed, and how many of its searches failed.

    An image in several batches counts once.
    """
    mine = rows[(rows["gradient"] == gradient) & (rows["attacker"] == attacker) & rows["metric"].isin(SCORES)]
    names = ["metric", "method", "attack", "round", "batch"]
    means = arrived(mine).groupby([*names, "seed", "image"])["value"].mean()
    values = {
        Key(*facts): part.droplevel(names).astype(float) * SCORES[facts[0]].factor
        for facts, part in means.groupby(level=names)
    }
    return values, {Key(*facts): int(part.sum()) for facts, part in mine.groupby(names)["failed"]}


def paper_values(reported: pd.DataFrame, config: Mapping[str, Any]) -> dict[Key, float]:
    """The paper's Table 1 by our names and rounds; what the config does not have stays as it is."""
    rounds = pair_rounds(reported, dict(config))
    methods = {config["methods"][name]["label"]: name for name in config["report"]["methods"]}
    attacks = by_paper_label(config, config["report"]["attacks"])
    metrics = {score.name: metric for metric, score in SCORES.items()}
    rounds |= {number: number for number in set(reported["round"]) - set(rounds) - set(rounds.values())}
    return {
        Key(metrics[row.metric], methods.get(row.method, row.method), attacks.get(row.attack, row.attack),
            rounds[row.round]): float(row.value)
        for row in reported.itertuples() if row.metric in metrics and row.round in rounds
    }  # fmt: skip


def published_values(paper: Mapping[Key, float], config: Mapping[str, Any]) -> dict[Key, float]:
    """The same numbers under the names of the attacks as published, for the methods that these are run on."""
    shown = config["studies"]["published"]
    ours = by_paper_label(config, config["report"]["attacks"])
    found: dict[Key, float] = {}
    for name in shown["attacks"]:
        label = paper_label(config, name)
        same = ours.get(label, label)  # as `paper_values` names it
        cells = {key: value for key, value in paper.items() if key.attack == same and key.method in shown["methods"]}
        found |= {key._replace(attack=name): value for key, value in cells.items()}
    return found
