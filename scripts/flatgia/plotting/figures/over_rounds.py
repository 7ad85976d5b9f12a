"""Figures over the rounds: a panel per attack or per metric, a line per method or per attack."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd

from flatgia.core.errors import FlatgiaError
from flatgia.metrics.scores import SCORES, scores_of
from flatgia.plotting.baseline import baseline
from flatgia.plotting.curves import draw_lines, legend, panels
from flatgia.plotting.look import DOUBLE, attack_label, attack_style, method_label, method_style
from flatgia.plotting.measures import figure_rounds, read_measures, select, spread, summarise
from flatgia.plotting.page import ARROWS, new_page, save_page
from flatgia.plotting.request import Request

OTHERS = ("lpips", "mse", "ssim")  # the paper's appendix shows what Figs 1 and 2 leave out
BY = ("method", "attack", "metric", "round")


def wanted_scores(config: dict[str, Any], *wanted: str) -> list[str]:
    """Those of the metrics that the config computes. Raises `FlatgiaError` if it computes none of them."""
    found = scores_of(config["metrics"], wanted)
    if not found:
        what = f"none of {', '.join(wanted)} is there"
        raise FlatgiaError("config key metrics", what, "add one, this figure shows it")
    return found


def psnr_per_attack(request: Request) -> None:
    """Figure 2: PSNR of the reconstructions over the rounds, a panel per attack, a line per method.

    Claim of the paper (4.3, 5.1): the methods that search for flat minima stay below FedAvg for every attack and round.
    Inputs: --metrics of `report.methods` x `report.attacks` at the rounds `table` and `curve`, batch size 1.
    Expect: the largest gap at round 0. There all methods but FedSAI share the same model, so that gap cannot come from flat
    minima: it is the distance between the gradient that is sent and the gradient that the attacker models.
    """
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
    """Figures 9 to 13: LPIPS, MSE and SSIM over the rounds under one attack, a line per method.

    Claim of the paper (D.2): FedAvg has the lowest LPIPS and MSE and the highest SSIM, so the others are harder to invert.
    Inputs: --metrics of `report.methods` x the attack at the rounds `table` and `curve`, batch size 1.
    Expect: at round 0 all methods but FedSAI share one model; the gap there is not one between minima.
    """
    config = request.config
    metrics = wanted_scores(config, *OTHERS)
    rounds = figure_rounds(config, "table", "curve")
    rows = read_measures(request.files["metrics"])
    rows = select(rows, request, config["report"]["methods"], [attack], metrics, rounds)
    page_of_metrics(request, rows, metrics, partial(draw_methods, request=request))


def attacks_on_baseline(request: Request) -> None:
    """Figure 8: LPIPS, MSE and SSIM of every attack on FedAvg over the rounds.

    Claim of the paper (D.1): the three agree with PSNR: inversion gets harder as training goes on.
    Inputs: --metrics of FedAvg x `report.attacks` at the rounds `table`, `curve` and `long`, batch size 1.
    Expect: most of the change within the first rounds.
    """
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
        if metric == "mse":  # attacks lie orders of magnitude apart
            axes.set_yscale("log")
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
