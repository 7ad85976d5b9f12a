"""The paper's numbers beside ours: pairing, differences, and verdicts in words."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from flatgia.core.artifacts import check
from flatgia.core.errors import FlatgiaError
from flatgia.metrics.scores import SCORES
from flatgia.plotting.measures import read_measures, select, summarise
from flatgia.plotting.request import Request

COLUMNS = ["method", "round", "attack", "metric", "value"]
# What counts as near and as far: decibels for PSNR, its units for SSIM and LPIPS, a factor for MSE (1 dB is 1.26).
NEAR_FAR = {"psnr": (1.0, 3.0), "ssim": (0.05, 0.1), "lpips": (0.05, 0.1), "mse_x100": (1.26, 2.0)}
UNITS = {"psnr": "{:g} dB", "ssim": "{:g}", "lpips": "{:g}", "mse_x100": "a factor of {:g}"}


def read_reported(path: Path) -> pd.DataFrame:
    """The paper's Table 1: method and attack by their labels, round, metric, value."""
    check(path)
    try:
        table = pd.read_csv(path)
    except ValueError as error:
        raise FlatgiaError(path, f"not a table ({error})", "fetch config/reported/table1.csv again") from None
    if list(table.columns) != COLUMNS or not pd.api.types.is_numeric_dtype(table["value"]):
        raise FlatgiaError(
            path, f"its columns are not {', '.join(COLUMNS)}", "give config/reported/table1.csv as it came"
        )
    return table


def pair_rounds(reported: pd.DataFrame, config: dict[str, Any]) -> dict[int, int]:
    """The paper's rounds to ours, by their place in `rounds.table`."""
    paper = sorted(int(number) for number in reported["round"].unique())
    return dict(zip(paper, sorted(config["rounds"]["table"]), strict=False))


def put_beside(
    request: Request, reported: pd.DataFrame, methods: Sequence[str], attack_names: Mapping[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(pairs, our rows): a line per reported number of these that this run has, with difference (ours - paper) and verdict.

    `attack_names` are ours by the paper's label. Raises `FlatgiaError` if none is reported.
    """
    config = request.config
    rounds = pair_rounds(reported, config)
    method_names = {config["methods"][name]["label"]: name for name in methods}
    metric_names = {SCORES[metric].name: metric for metric in config["metrics"]}
    both = reported.rename(columns={"round": "paper_round", "value": "paper"})
    for column, names in (("method", method_names), ("attack", attack_names), ("metric", metric_names)):
        both = both[both[column].isin(names)]
    both = both[both["paper_round"].isin(rounds)]
    if both.empty:
        raise FlatgiaError("--reported", "no number in it belongs to this run", "check the labels in the config")
    both = both.assign(round=both["paper_round"].map(rounds))
    methods = [name for label, name in method_names.items() if label in set(both["method"])]
    attacks = [name for label, name in attack_names.items() if label in set(both["attack"])]
    metrics = [name for label, name in metric_names.items() if label in set(both["metric"])]
    rows = read_measures(request.files["metrics"])
    rows = select(rows, request, methods, attacks, metrics, sorted(set(both["round"])), every_round=True)
    ours = summarise(rows, ["method", "round", "attack", "metric"]).rename(columns={"mean": "ours"})
    ours["method"] = ours["method"].map({name: label for label, name in method_names.items()})
    ours["attack"] = ours["attack"].map({name: label for label, name in attack_names.items()})
    both = both.merge(ours, on=["method", "round", "attack", "metric"], how="left", validate="one_to_one")
    both["difference"] = both["ours"] - both["paper"]
    both["verdict"] = [verdict(*cell) for cell in both[["metric", "paper", "ours"]].itertuples(index=False)]
    front = ["method", "paper_round", "round", "attack", "metric", "paper", "ours"]
    return both[[*front, "se", "n", "difference", "verdict"]], rows


def verdict(metric: str, paper: float, ours: float) -> str:
    """How near ours is to the paper's, in words."""
    apart = max(ours, paper) / max(min(ours, paper), 1e-12) if metric == "mse_x100" else abs(ours - paper)
    near, far = NEAR_FAR[metric]
    for bound in (near, far):
        if apart <= bound:
            return f"within {UNITS[metric].format(bound)}"
    return f"{'above' if ours > paper else 'below'} by more than {UNITS[metric].format(far)}"


def same_side(both: pd.DataFrame, base: str) -> pd.DataFrame:
    """Per metric: cells, and those where ours lies on the paper's side of the method labelled `base`."""
    cell = ["paper_round", "attack", "metric"]
    other = both[both["method"] == base][[*cell, "paper", "ours"]]
    rest = both[both["method"] != base].merge(other, on=cell, suffixes=("", "_base"))
    agrees = (rest["ours"] - rest["ours_base"]) * (rest["paper"] - rest["paper_base"]) > 0
    return rest.assign(agrees=agrees).groupby("metric", sort=False)["agrees"].agg(cells="count", agree="sum")


def count_near(metric: str, part: pd.DataFrame) -> tuple[int, int, str, str]:
    """How many lie near the paper's number and how many more not far from it, and both bounds in words."""
    near, far = (UNITS[metric].format(bound) for bound in NEAR_FAR[metric])
    inner, outer = (int((part["verdict"] == f"within {bound}").sum()) for bound in (near, far))
    return inner, outer, near, far


def moved_rounds(rounds: Mapping[int, int]) -> list[str]:
    """The sentence that says which of our rounds stand beside others of the paper's; none where all are the same."""
    moved = [f"our {ours} for its {paper}" for paper, ours in rounds.items() if paper != ours]
    return [f"Rounds are paired with the paper's by their place in its Table 1: {', '.join(moved)}."] if moved else []
