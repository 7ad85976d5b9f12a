"""All that was measured, by quantity, from whatever files there are."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path
from typing import Any

import pandas as pd

from flatgia.claims.claim import Key
from flatgia.core.artifacts import load_facts, load_json, remedy
from flatgia.core.errors import FlatgiaError
from flatgia.metrics.scores import SCORES
from flatgia.plotting.accuracy import read_accuracy
from flatgia.plotting.beside import pair_rounds
from flatgia.plotting.figures.curvature import SCALE, read_hessians
from flatgia.plotting.measures import COLUMNS, FACTS, read_measures
from flatgia.plotting.request import Request
from flatgia.settings.paper_names import by_paper_label, paper_label

Z = 1.96  # standard errors to either side of a 95 % interval
# Beside the paper's case (what the method sends, a naive attacker): (gradient, attacker) of the two controls.
CONTROLS = {"adaptive": ("method", "adaptive"), "plain": ("plain", "naive")}


@dataclass(frozen=True)
class Given:
    """Values by quantity, each indexed by (seed, image); `errors` are half-widths of those that are estimates."""

    values: Mapping[Key, pd.Series]
    errors: Mapping[Key, float]
    paper: Mapping[Key, float]


def gather(request: Request, reported: pd.DataFrame) -> Given:
    """Reads every file that was given."""
    config = request.config
    rows = read_rows(request.files["metrics"], config["scale"])
    values = by_key(rows, request.gradient, request.attacker)
    for name, axes in CONTROLS.items():
        values |= {key._replace(setting=name): column for key, column in by_key(rows, *axes).items()}
    errors: dict[Key, float] = {}
    estimates = (
        curvature(request.files["hessian"], config),
        accuracy(request.files["checkpoints"], config),
    )
    for key, (column, error) in chain(*estimates):
        values[key], errors[key] = column, error
    values |= rank_correlations(values, config)
    paper = paper_values(reported, config)
    return Given(values, errors, paper | published_values(paper, config))


def read_rows(paths: Iterable[Path], scale: str) -> pd.DataFrame:
    """All rows of all files; a round that stands in two files counts once. Raises `FlatgiaError` if they disagree."""
    kept: dict[Any, pd.DataFrame] = {}
    for path in paths:
        for facts, part in read_measures([path]).groupby(FACTS, sort=False):
            part = part.reset_index(drop=True)
            if (found := part["run"].iloc[0]) != scale:
                raise FlatgiaError(path, f"its scale is {found}, not {scale} as in the config", "give the files of one")
            if not kept.setdefault(facts, part).equals(part):
                raise FlatgiaError(path, "another file holds the same attack with other values", "remove the older one")
    return pd.concat(kept.values(), ignore_index=True) if kept else pd.DataFrame(columns=COLUMNS)


def by_key(rows: pd.DataFrame, gradient: str, attacker: str) -> dict[Key, pd.Series]:
    """The values of one kind of gradient and attacker as printed; an image in several batches counts once."""
    mine = rows[(rows["gradient"] == gradient) & (rows["attacker"] == attacker) & rows["metric"].isin(SCORES)]
    names = ["metric", "method", "attack", "round", "batch"]
    means = mine.groupby([*names, "seed", "image"])["value"].mean()
    return {
        Key(*facts): part.droplevel(names).astype(float) * SCORES[facts[0]].factor
        for facts, part in means.groupby(level=names)
    }


def paper_values(reported: pd.DataFrame, config: Mapping[str, Any]) -> dict[Key, float]:
    """The paper's Table 1 by our names and rounds; what the config does not have stays as it is."""
    rounds = pair_rounds(reported, config)
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
    found = {}
    for name in shown["attacks"]:
        label = paper_label(config, name)
        same = ours.get(label, label)  # as `paper_values` names it
        cells = {key: value for key, value in paper.items() if key.attack == same and key.method in shown["methods"]}
        found |= {key._replace(attack=name): value for key, value in cells.items()}
    return found


def curvature(paths: Iterable[Path], config: Mapping[str, Any]) -> Iterator[tuple[Key, tuple[pd.Series, float]]]:
    """The log determinant (x 1e-4) per method and round; over the late rounds its range and its mean step."""
    table: dict[str, dict[int, pd.Series]] = {}
    errors: dict[str, float] = {}
    for (method, number), group in grouped(paths, load_json).items():
        rows = read_hessians(group, [method], [number])
        error = SCALE * float((Z * rows["log_det_se"] + rows["quadrature_error"]).max())
        column = over_seeds(rows["seed"], rows["log_det"] * SCALE)
        table.setdefault(method, {})[number] = column
        errors[method] = max(error, errors.get(method, 0.0))
        yield Key("log_det", method, "", number), (column, error)
        yield Key("lambda_max", method, "", number), (over_seeds(rows["seed"], rows["lambda_max"]), 0.0)
    late = late_rounds(config)
    for method, columns in table.items():
        if len(late) > 2 and set(late) <= set(columns):
            run = pd.concat([columns[number] for number in late], axis=1, join="inner")
            steps = run.diff(axis=1).abs().mean(axis=1)
            for name, column in (("log_det_range", run.max(axis=1) - run.min(axis=1)), ("log_det_step", steps)):
                yield Key(name, method, "", late[-1]), (column, 2 * errors[method])


def rank_correlations(values: Mapping[Key, pd.Series], config: Mapping[str, Any]) -> dict[Key, pd.Series]:
    """Per image, Spearman's coefficient of its PSNR and log det over the methods at the rounds of Table 1 after the first.

    Not at the first, where most methods hold the same model. An attack that lacks one of either is left out.
    """
    report, (_, *rounds) = config["report"], sorted(config["rounds"]["table"])
    places = list(product(report["methods"], rounds))
    curvatures = [Key("log_det", method, "", number) for method, number in places]
    found = {}
    for attack, setting in product(config["attacks"], ("naive", "plain") if len(places) > 2 else ()):
        scores = [Key("psnr", method, attack, number, setting=setting) for method, number in places]
        if all(key in values for key in (*scores, *curvatures)):
            by_image = ranked([values[key] for key in scores])
            by_seed = ranked([values[key].droplevel("image") for key in curvatures])
            same_seed = by_seed.reindex(by_image.index.get_level_values("seed")).set_index(by_image.index)
            found[Key("rank", "", attack, rounds[-1], setting=setting)] = by_image.corrwith(same_seed, axis=1).dropna()
    return found


def ranked(columns: Sequence[pd.Series]) -> pd.DataFrame:
    """The columns side by side, each row as ranks."""
    return pd.concat(columns, axis=1, join="inner", keys=range(len(columns))).rank(axis=1)


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
