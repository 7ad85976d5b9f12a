"""Figures of the Hessian: its log-determinant surrogate over rounds or over rho."""

import math
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from flatgia.core.artifacts import load_json, remedy
from flatgia.core.errors import FlatgiaError
from flatgia.plotting.curves import draw_lines, legend
from flatgia.plotting.look import SINGLE, method_label, method_style, round_style
from flatgia.plotting.measures import figure_rounds
from flatgia.plotting.page import new_page, save_page
from flatgia.plotting.request import Request

SCALE = 1e-4  # the paper's
LABEL = "log det H (×10⁻⁴)"
ESTIMATED = ("trace", "count_above")  # beside the log determinant: they have a standard error of their own
BESIDE = ("lambda_max", "lambda_min", *ESTIMATED)
SHARED = "At round 0 all methods but FedSAI hold the same random model."
ERRORS = tuple(f"{name}_se" for name in ESTIMATED)
NUMBERS = ("log_det", "log_det_se", "quadrature_error", "floor", *BESIDE, *ERRORS)


def read_hessians(paths: Iterable[Path], methods: Sequence[str], rounds: Sequence[int]) -> pd.DataFrame:
    """Columns method, round, seed, estimator, and `NUMBERS` unscaled. Raises `FlatgiaError` if one is missing."""
    found = []
    for path in paths:
        value = load_json(path)
        try:
            row = {name: value[name] for name in ("method", "round", "seed", "estimator", *NUMBERS)}
        except (KeyError, TypeError):
            raise FlatgiaError(
                path,
                "not a result of scripts/curvature.py",
                remedy(path, "give a .json that scripts/curvature.py wrote"),
            ) from None
        if not all(math.isfinite(row[name]) for name in NUMBERS):
            raise FlatgiaError(path, "a number in it is not finite", remedy(path, "run the Hessian again"))
        found.append(row)
    rows = pd.DataFrame(found, columns=["method", "round", "seed", "estimator", *NUMBERS])
    rows = rows[rows["method"].isin(methods) & rows["round"].isin(rounds)].drop_duplicates(["method", "round", "seed"])
    for method in methods:
        missing = set(rows["round"]) - set(rows.loc[rows["method"] == method, "round"])
        if missing or method not in set(rows["method"]):
            at = f" at round {min(missing)}" if missing else ""
            raise FlatgiaError("--hessian", f"no result of method {method}{at}", "give its JSON, or change `report`")
    return rows


def summarise_hessians(rows: pd.DataFrame, by: Sequence[str] = ("method", "round")) -> pd.DataFrame:
    """Columns `by`, mean, se, n, quadrature_error (the worst), scaled by 1e-4; then `BESIDE` and `ERRORS`, unscaled.

    Errors are those over seeds; with one seed those of its estimate, for the log determinant with the quadrature's.
    """
    value, quadrature = rows["log_det"] * SCALE, rows["quadrature_error"] * SCALE
    own = rows["log_det_se"] * SCALE + quadrature
    groups = rows.assign(value=value, own=own, quadrature_error=quadrature).groupby(list(by))
    table = groups["value"].agg(mean="mean", se="sem", n="count")
    table["se"] = table["se"].fillna(groups["own"].first())
    table["quadrature_error"] = groups["quadrature_error"].max()
    for name in BESIDE:
        table[name] = groups[name].mean()
    for name, error in zip(ESTIMATED, ERRORS, strict=True):
        table[error] = groups[name].sem().fillna(groups[error].first())
    return table.reset_index()


def describe(rows: pd.DataFrame) -> str:
    """What the band is, and where the surrogate's floor lies, in words."""
    seeds = rows["seed"].nunique()
    quadrature = rows["quadrature_error"].max() * SCALE
    exact = (rows["log_det_se"] == 0).all() and quadrature == 0
    band = "Exact: no error of estimation."
    if not exact:
        band = "± (1 standard error of the stochastic estimate + its quadrature error)."
    if seeds > 1:
        rest = f"; quadrature errors, up to {quadrature:.2g}, come on top" if quadrature > 0 else ""
        band = f"Mean and ±1 standard error over {seeds} seeds{rest}."
    floor = f"{rows['floor'].iloc[0] * SCALE:.2f}".replace("-", "−")
    return f"log det H: ½ tr log(HᵀH + damping·I), never below {floor} (×10⁻⁴ as in the paper). {band}"


def draw_floor(axes: Axes, rows: pd.DataFrame) -> None:
    """The surrogate's lowest value as a dotted line with its name."""
    floor = rows["floor"].iloc[0] * SCALE
    axes.axhline(floor, color="#777777", linestyle=":", linewidth=0.9)
    place: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    axes.annotate("floor: H = 0", (0.98, floor), xytext=(0, 2), ha="right", fontsize=6, color="#555555", **place)


def over_rounds(request: Request) -> None:
    """Figure 3: the log determinant of the Hessian over the rounds, a line per method.

    Claim of the paper (5.1): the methods that search for flat minima lie below FedAvg and vary less in later rounds, and
    FedSAI starts below the others.
    Inputs: --hessian of `report.methods` at the rounds `table`, `curve` and `long`.
    Expect: at round 0 all methods but FedSAI share the same model, so their lines start at one point.
    """
    config = request.config
    methods = config["report"]["methods"]
    rounds = figure_rounds(config, "table", "curve", "long")
    rows = read_hessians(request.files["hessian"], methods, rounds)
    summary = summarise_hessians(rows)
    page = new_page(request, SINGLE, 2.6, [describe(rows), SHARED])
    axes = page.subplots()
    draw_floor(axes, rows)
    label = partial(method_label, config, request.notes)
    draw_lines(axes, summary, "round", "method", methods, label, partial(method_style, config))
    axes.set_xlabel("Round")
    axes.set_ylabel(LABEL)
    legend(page, axes, columns=3)
    save_page(request, page, summary)


def over_rho(request: Request) -> None:
    """Figure 5: the log determinant of the Hessian against the perturbation radius rho of FedSAM; rho = 0 is FedAvg.

    Claim of the paper (5.2): a larger rho leads to flatter minima.
    Inputs: --hessian of `report.rho.methods` at the rounds `table`.
    Expect: a level line at round 0, where all these methods share one model. The paper does not say which round it shows,
    so each round of the table has its line.
    """
    config = request.config
    methods, rounds = config["report"]["rho"]["methods"], config["rounds"]["table"]
    rows = read_hessians(request.files["hessian"], methods, rounds)
    summary = with_rho(summarise_hessians(rows), config)
    level = "At round 0 all ρ share one random model, so that line is level." if 0 in rounds else ""
    page = new_page(request, SINGLE, 2.4, [describe(rows), f"ρ = 0 is FedAvg. {level}".strip()])
    axes = page.subplots()
    draw_floor(axes, rows)
    draw_rho(axes, summary, rounds)
    axes.set_ylabel(LABEL)
    legend(page, axes)
    save_page(request, page, summary)


def with_rho(summary: pd.DataFrame, config: dict[str, Any]) -> pd.DataFrame:
    """The summary with each method's rho from the config (0 where it has none), in front."""
    rho = summary["method"].map(lambda method: float(config["methods"][method].get("rho", 0)))
    return pd.concat([rho.rename("rho"), summary], axis=1).sort_values(["round", "rho"], kind="stable")


def draw_rho(axes: Axes, summary: pd.DataFrame, rounds: Sequence[int]) -> None:
    """Lines over rho, one per round."""
    given = [number for number in rounds if (summary["round"] == number).any()]
    draw_lines(axes, summary, "rho", "round", given, "Round {}".format, lambda number: round_style(given.index(number)))
    axes.set_xlabel("Perturbation radius ρ")
