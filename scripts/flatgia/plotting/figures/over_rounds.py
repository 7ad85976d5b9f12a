"""Figures over the rounds: a panel per attack or per metric, a line per method or per attack."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd

from flatgia.core.errors import FlatgiaError
from flatgia.metrics.scores import SCORES, scores_of
from flatgia.plotting.curves import draw_lines, legend, panels
from flatgia.plotting.look import DOUBLE, attack_label, attack_style, method_label, method_style
from flatgia.plotting.measures import figure_rounds, read_measures, select, spread, summarise
from flatgia.plotting.page import ARROWS, new_page, save_page
from flatgia.plotting.request import Request

OTHERS = ("lpips", "mse", "ssim")  # the paper's appendix shows what Figs 1 and 2 leave out
BY = ("method", "attack", "metric", "round")


def baseline(config: dict[str, Any]) -> str:
    """The method of `report.methods` that is plain federated averaging. Raises `FlatgiaError` if there is none."""
    for method in config["report"]["methods"]:
        if config["methods"][method]["rule"] == "fedavg":
            return method
    raise FlatgiaError("config key report.methods", "no method has the rule fedavg", "name one, this figure shows it")


def wanted_scores(config: dict[str, Any], *wanted: str) -> list[str]:
    """Those of the metrics that the config computes. Raises `FlatgiaError` if it computes none of them."""
    found = scores_of(config["metrics"], wanted)
    if not found:
        what = f"none of {', '.join(wanted)} is there"
        raise FlatgiaError("config key metrics", what, "add one, this figure shows it")
    return found


def psnr_per_attack(request: Request) -> None:
    """Figure 2: PSNR over the rounds `table` and `curve`, a panel per attack, a line per method."""
    config, report = request.config, request.config["report"]
    wanted_scores(config, "psnr")
    rows = select(
        read_measures(request.files["metrics"]),
        request,
        report["methods"],
        report["attacks"],
        ["psnr"],
        figure_rounds(config, "table", "curve"),
    )
    summary = summarise(rows, BY)
    height = 1.75 * -(-len(report["attacks"]) // 3) + 0.25
    page = new_page(request, DOUBLE, height, [f"{spread(rows)} {ARROWS}"])
    shown, spare = panels(page, [attack_label(config, attack) for attack in report["attacks"]], columns=3)
    for axes, attack in zip(shown, report["attacks"], strict=True):
        draw_methods(axes, request, summary[summary["attack"] == attack])
        axes.set_xlabel("Round")
    for axes in shown[::3]:
        axes.set_ylabel(SCORES["psnr"].title)
    legend(page, shown[0], spare)
    save_page(request, page, summary)


def methods_under(request: Request, attack: str) -> None:
    """Figures 9-13: LPIPS, MSE and SSIM over the rounds `table` and `curve` under one attack, a line per method."""
    config = request.config
    metrics = wanted_scores(config, *OTHERS)
    rounds = figure_rounds(config, "table", "curve")
    rows = read_measures(request.files["metrics"])
    rows = select(rows, request, config["report"]["methods"], [attack], metrics, rounds)
    page_of_metrics(request, rows, metrics, partial(draw_methods, request=request))


def attacks_on_baseline(request: Request) -> None:
    """Figure 8: LPIPS, MSE and SSIM of all attacks on FedAvg over all rounds given."""
    config = request.config
    metrics = wanted_scores(config, *OTHERS)
    rounds = figure_rounds(config, "table", "curve", "long")
    rows = read_measures(request.files["metrics"])
    rows = select(rows, request, [baseline(config)], config["report"]["attacks"], metrics, rounds)
    page_of_metrics(request, rows, metrics, partial(draw_attacks, request=request))


def page_of_metrics(request: Request, rows: pd.DataFrame, metrics: Sequence[str], draw: Any) -> None:
    """A row of panels over the rounds, one per metric, filled by `draw(axes, summary=...)`."""
    summary = summarise(rows, BY)
    page = new_page(request, DOUBLE, 2.15, [f"{spread(rows)} {ARROWS}"])
    shown, _ = panels(page, [SCORES[metric].title for metric in metrics], columns=len(metrics))
    for axes, metric in zip(shown, metrics, strict=True):
        draw(axes, summary=summary[summary["metric"] == SCORES[metric].name])
        axes.set_xlabel("Round")
    legend(page, shown[0])
    save_page(request, page, summary)


def draw_methods(axes: Any, request: Request, summary: pd.DataFrame) -> None:
    """A line per method of `report.methods` over the rounds."""
    config = request.config
    label = partial(method_label, config, request.notes)
    draw_lines(axes, summary, "round", "method", config["report"]["methods"], label, partial(method_style, config))


def draw_attacks(axes: Any, request: Request, summary: pd.DataFrame) -> None:
    """A line per attack of `report.attacks` over the rounds."""
    config = request.config
    label = partial(attack_label, config)
    draw_lines(axes, summary, "round", "attack", config["report"]["attacks"], label, partial(attack_style, config))
