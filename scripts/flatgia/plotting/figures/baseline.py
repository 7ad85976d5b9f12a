"""Figure 1: on FedAvg, PSNR of every attack over the rounds beside the log determinant of the Hessian."""

import math

import pandas as pd

from flatgia.metrics.scores import SCORES
from flatgia.plotting.baseline import baseline
from flatgia.plotting.curves import ticks
from flatgia.plotting.figures.curvature import BESIDE, LABEL, describe, draw_floor, read_hessians, summarise_hessians
from flatgia.plotting.figures.over_rounds import BY, draw_attacks, wanted_scores
from flatgia.plotting.look import DOUBLE, method_label, method_style
from flatgia.plotting.measures import figure_rounds, read_measures, select, spread, summarise
from flatgia.plotting.page import ARROWS, new_page, save_page
from flatgia.plotting.request import Request


def psnr_and_hessian(request: Request) -> None:
    """Figure 1: on FedAvg, (a) PSNR of every attack and (b) the log determinant of the Hessian over the rounds.

    Claim of the paper (4.2): both are highest at the initial model, fall early and then stay, as Theorem 3.1 suggests.
    Inputs: --metrics of FedAvg x `report.attacks` and --hessian of FedAvg, at the rounds `table` and `long`, batch size 1.
    Expect: that shape; two curves falling together are no proof that one causes the other. The surrogate counts the
    eigenvalues above the root of the damping and cannot fall below the dotted floor.
    """
    config = request.config
    method, rounds = baseline(config), figure_rounds(config, "table", "long")
    wanted_scores(config, "psnr")
    rows = read_measures(request.files["metrics"])
    rows = select(rows, request, [method], config["report"]["attacks"], ["psnr"], rounds)
    hessians = read_hessians(request.files["hessian"], [method], rounds)
    psnr, log_det = summarise(rows, BY), summarise_hessians(hessians)
    page = new_page(request, DOUBLE, 2.5, [f"(a) {spread(rows)} {ARROWS}", f"(b) {describe(hessians)}"])
    left, right = page.subplots(1, 2)
    draw_attacks(left, request, psnr)
    left.set(title=f"(a) Reconstructions from {method_label(config, request.notes, method)}", xlabel="Round")
    left.set_ylabel(SCORES["psnr"].title)
    left.legend(ncols=3, loc="upper right")
    bottom, top = left.get_ylim()
    left.set_ylim(top=top + 0.2 * (top - bottom))  # room for the legend
    style = method_style(config, method)
    right.errorbar(log_det["round"], log_det["mean"], log_det["se"], **style, capsize=2, elinewidth=0.8)
    draw_floor(right, hessians)
    right.set(title="(b) Hessian", xlabel="Round", ylabel=LABEL)
    ticks(right, log_det["round"].unique())
    save_page(request, page, pd.concat([psnr, long_table(log_det)], ignore_index=True)[[*BY, "mean", "se", "n"]])


def long_table(hessians: pd.DataFrame) -> pd.DataFrame:
    """The summary of the Hessians with a row per number, named in `metric`; se is absent where a number has none."""
    parts = [hessians.assign(metric="log_det_scaled")]
    for name in ("quadrature_error", *BESIDE):
        metric = "quadrature_error_scaled" if name == "quadrature_error" else name
        parts.append(hessians.assign(metric=metric, mean=hessians[name], se=hessians.get(f"{name}_se", math.nan)))
    return pd.concat(parts, ignore_index=True).assign(attack="")
