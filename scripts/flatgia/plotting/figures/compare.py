"""compare: the paper's Table 1 beside ours, as a table and as one picture."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from flatgia.core.artifacts import artifact
from flatgia.metrics.scores import SCORES, significant
from flatgia.plotting.baseline import baseline
from flatgia.plotting.beside import count_near, put_beside, read_reported, same_side
from flatgia.plotting.curves import panels
from flatgia.plotting.look import DOUBLE, attack_label, attack_style, method_label, method_style
from flatgia.plotting.measures import counted
from flatgia.plotting.page import common_remarks, new_page, save_page
from flatgia.plotting.request import Request
from flatgia.plotting.tables import markdown

BY_NAME = {score.name: score for score in SCORES.values()}


def make(request: Request) -> None:
    """compare: each of the 300 numbers of the paper's Table 1 beside ours, with a verdict in words, and one picture.

    Claim of the paper (Table 1): every method that searches for flat minima defends better than FedAvg in every block.
    Inputs: --metrics of `report.methods` x `report.attacks` at the rounds `table`, batch size 1; --reported
    config/reported/table1.csv.
    Expect: at another scale than the paper's the rounds differ and are paired by their place in the table;
    the output says so.
    """
    reported = read_reported(request.files["reported"][0])
    report = request.config["report"]
    attacks = {attack_label(request.config, name): name for name in report["attacks"]}
    both, rows = put_beside(request, reported, report["methods"], attacks)
    remarks = describe(request, both, len(reported), counted(rows))
    draw(request, both, remarks)
    with artifact(request.out_dir / f"{request.name}.md", request.record) as temporary:
        temporary.write_text(as_markdown(request, both, remarks), encoding="utf-8")


def describe(request: Request, both: pd.DataFrame, reported: int, over: str) -> list[str]:
    """What is set beside what, and at which scale, in words."""
    pairs = dict(zip(both["paper_round"].tolist(), both["round"].tolist(), strict=True))
    moved = {paper: ours for paper, ours in pairs.items() if paper != ours}
    lines = [f"Made at the scale {request.config['scale']}; ours are means over {over}, with their standard error."]
    if moved:
        text = ", ".join(f"the paper's round {paper} beside our round {ours}" for paper, ours in moved.items())
        lines.append(f"The rounds differ and are paired by their place in the table: {text}.")
    if len(both) < reported:
        lines.append(f"{len(both)} of the paper's {reported} numbers have a counterpart in this run.")
    return lines


def as_markdown(request: Request, both: pd.DataFrame, remarks: list[str]) -> str:
    """Summary first, then every number."""
    config = request.config
    base = config["methods"][baseline(config)]["label"]
    lines = [*remarks, *common_remarks(request)]
    sides = same_side(both, base)
    header = ["Metric", "Numbers", "Near", "Further", "Beyond", f"Same side of {base} as in the paper"]
    rows = []
    for metric, part in both.groupby("metric", sort=False):
        inner, outer, near, far = count_near(metric, part)
        side = f"{sides.loc[metric, 'agree']} of {sides.loc[metric, 'cells']}" if metric in sides.index else ""
        counts = [f"{inner} within {near}", f"{outer} more within {far}", str(len(part) - inner - outer)]
        rows.append([BY_NAME[metric].title, str(len(part)), *counts, side])
    parts = ["# The paper's Table 1 beside ours\n", *(f"{line}\n" for line in lines), markdown(header, rows)]
    parts.append(f"The last column counts where a method lies above or below {base} as it does in the paper.\n")
    head = ["Method", "Attack", "Metric", "Paper", "Ours", "± se", "Difference", "Verdict"]
    for (paper, ours), part in both.groupby(["paper_round", "round"]):
        title = f"Round {ours}" if paper == ours else f"Paper's round {paper} beside our round {ours}"
        parts.append(f"## {title}\n\n" + markdown(head, [line_of(row) for _, row in part.iterrows()], left=3))
    return "\n".join(parts)


def line_of(row: Any) -> list[str]:
    """One reported number as cells of text."""
    score = BY_NAME[row["metric"]]
    se = "" if pd.isna(row["se"]) else significant(row["se"], 2)
    difference = f"{'+' if row['difference'] >= 0 else '−'}{score.text(abs(row['difference']))}"
    values = [score.text(row["paper"]), score.text(row["ours"]), se, difference, row["verdict"]]
    return [row["method"], row["attack"], score.title, *values]


def draw(request: Request, both: pd.DataFrame, remarks: list[str]) -> None:
    """Ours against the paper's: a panel per metric, colour by method, marker by attack, and the diagonal."""
    config = request.config
    metrics = list(both["metric"].unique())
    page = new_page(request, DOUBLE, 2.3, [*remarks, "Dashed: ours equal to the paper's. Bars: ±1 standard error."])
    shown, _ = panels(page, [BY_NAME[metric].title for metric in metrics], columns=4)
    methods = {config["methods"][name]["label"]: name for name in config["report"]["methods"]}
    attacks = {config["attacks"][name]["label"]: name for name in config["report"]["attacks"]}
    for axes, metric in zip(shown, metrics, strict=True):
        part = both[both["metric"] == metric]
        for (method, attack), points in part.groupby(["method", "attack"], sort=False):
            colour = method_style(config, methods[method])["color"]
            marker = attack_style(config, attacks[attack])["marker"]
            error = points["se"] if points["se"].notna().all() else None
            axes.errorbar(points["paper"], points["ours"], error, linestyle="none", color=colour, marker=marker,
                          markersize=4, markeredgewidth=0, elinewidth=0.5, alpha=0.85)  # fmt: skip
        square(axes, logarithmic=metric == "mse_x100")
        axes.set_xlabel("Paper")
    shown[0].set_ylabel("Ours")
    handles = [Line2D([], [], color=method_style(config, name)["color"], linewidth=3,
                      label=method_label(config, request.notes, name))
               for label, name in methods.items() if label in set(both["method"])]  # fmt: skip
    handles += [Line2D([], [], color="#555555", linestyle="none", markersize=4.5, label=label,
                       marker=attack_style(config, name)["marker"])
                for label, name in attacks.items() if label in set(both["attack"])]  # fmt: skip
    columns = min(len(handles), 10)
    page.legend(handles=handles, loc="outside upper center", ncols=columns, handlelength=1.2, columnspacing=1.1)
    save_page(request, page, both)


def square(axes: Axes, logarithmic: bool) -> None:
    """The same limits on both axes, and the diagonal."""
    if logarithmic:
        axes.set(xscale="log", yscale="log")
    low = min(axes.get_xlim()[0], axes.get_ylim()[0])
    high = max(axes.get_xlim()[1], axes.get_ylim()[1])
    axes.plot([low, high], [low, high], color="#777777", linestyle="--", linewidth=0.8, zorder=0)
    axes.set(xlim=(low, high), ylim=(low, high), box_aspect=1)
