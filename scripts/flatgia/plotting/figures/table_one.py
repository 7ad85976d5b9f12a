"""Table 1: every metric of every attack on every method at the table's rounds, and the test accuracy beside it."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from flatgia.core.artifacts import artifact
from flatgia.metrics.scores import SCORES, scores_of
from flatgia.plotting.accuracy import read_accuracy
from flatgia.plotting.look import attack_label, method_label
from flatgia.plotting.measures import counted, read_measures, select, summarise
from flatgia.plotting.page import common_remarks, save_csv
from flatgia.plotting.request import Request
from flatgia.plotting.tables import best, latex, markdown, tabular

Cells = Mapping[tuple[str, int, str, str], str]  # (method, round, attack, metric) -> printed, best in bold
COLUMNS = ["method", "round", "attack", "metric", "mean", "se", "n"]
DIRECTION = "↓: lower is the better defence; ↑: higher is. The best defence of each column is bold."


def make(request: Request) -> None:
    """Table 1: PSNR, LPIPS, SSIM and MSE of each attack on each method at three rounds, with the test accuracy beside them.

    Claim of the paper (4.3): searching for flat minima lowers the fidelity of the reconstructions in every block.
    Inputs: --metrics of `report.methods` x `report.attacks` at the rounds `table`, batch size 1; --checkpoints of the same
    methods and rounds, for the accuracy.
    Expect: at round 0 all methods but FedSAI hold the same model, so those differences measure the mismatch between the
    gradient that is sent and the one the attacker models; read the accuracy beside each defence.
    """
    config, report = request.config, request.config["report"]
    methods, attacks, rounds = report["methods"], report["attacks"], config["rounds"]["table"]
    metrics = scores_of(config["metrics"])
    rows = read_measures(request.files["metrics"])
    rows = select(rows, request, methods, attacks, metrics, rounds, every_round=True)
    summary = summarise(rows, ["method", "round", "attack", "metric"])
    accuracy = read_accuracy(request.files["checkpoints"], methods, rounds)
    long = pd.concat([summary, accuracy.assign(attack="", metric="accuracy_percent")])
    save_csv(request, long[COLUMNS].sort_values(COLUMNS[:4], kind="stable"))
    means = {key: row["mean"] for key, row in summary.set_index(COLUMNS[:4]).iterrows()}
    reached = {key: f"{row['mean']:.1f}" for key, row in accuracy.set_index(["method", "round"]).iterrows()}
    remarks = [DIRECTION, f"Means over {counted(rows)}; the CSV holds their standard errors.",
               *common_remarks(request)]  # fmt: skip
    for kind, text in (
        ("md", as_markdown(request, print_cells(means, config, "**{}**".format), reached, remarks)),
        ("tex", as_latex(request, print_cells(means, config, r"\textbf{{{}}}".format), reached, remarks)),
    ):
        with artifact(request.out_dir / f"{request.name}.{kind}", request.record) as temporary:
            temporary.write_text(text, encoding="utf-8")


def print_cells(means: Mapping[Any, float], config: dict[str, Any], bold: Callable[[str], str]) -> Cells:
    """Each mean as text; in every (round, attack, metric) the best defence goes through `bold`."""
    cells = {}
    for metric in scores_of(config["metrics"]):
        score = SCORES[metric]
        for number in config["rounds"]["table"]:
            for attack in config["report"]["attacks"]:
                values = {name: means[name, number, attack, score.name] for name in config["report"]["methods"]}
                text = {name: score.text(value) for name, value in values.items()}
                winners = best(values, text, score.higher_is_safer)
                for name in values:
                    cells[name, number, attack, metric] = bold(text[name]) if name in winners else text[name]
    return cells


def as_markdown(request: Request, cells: Cells, accuracy: Mapping[tuple[str, int], str], remarks: list[str]) -> str:
    """One Markdown table per round: methods and metrics down, attacks across, test accuracy last."""
    config = request.config
    attacks, metrics = config["report"]["attacks"], scores_of(config["metrics"])
    parts = ["# Table 1: reconstruction metrics over communication rounds\n"]
    for number in config["rounds"]["table"]:
        header = ["Defence", "Metric", *(attack_label(config, attack) for attack in attacks), "Test accuracy (%)"]
        rows = []
        for method in config["report"]["methods"]:
            for place, metric in enumerate(metrics):
                name = method_label(config, request.notes, method) if place == 0 else ""
                reached = accuracy[method, number] if place == 0 else ""
                values = [cells[method, number, attack, metric] for attack in attacks]
                rows.append([name, SCORES[metric].title, *values, reached])
        parts.append(f"## Round {number}\n\n" + markdown(header, rows, left=2))
    return "\n".join([*parts, *(f"{remark}\n" for remark in remarks)])


def as_latex(request: Request, cells: Cells, accuracy: Mapping[tuple[str, int], str], remarks: list[str]) -> str:
    r"""The paper's wide table; needs booktabs and graphicx (\resizebox)."""
    config = request.config
    attacks, metrics, rounds = config["report"]["attacks"], scores_of(config["metrics"]), config["rounds"]["table"]
    wide = len(attacks) + 1
    spans = " & ".join(rf"\multicolumn{{{wide}}}{{c}}{{Round {number}}}" for number in rounds)
    names = " & ".join([*(latex(attack_label(config, attack)) for attack in attacks), r"Acc.\ (\%)"] * len(rounds))
    heads = [rf" & & {spans} \\", rf"Defence & Metric & {names} \\"]
    blocks = []
    for method in config["report"]["methods"]:
        block = []
        for place, metric in enumerate(metrics):
            name = latex(method_label(config, request.notes, method)) if place == 0 else ""
            row = [name, latex(SCORES[metric].title)]
            for number in rounds:
                row += [cells[method, number, attack, metric] for attack in attacks]
                row.append(accuracy[method, number] if place == 0 else "")
            block.append(row)
        blocks.append(block)
    body = tabular("ll" + ("r" * wide) * len(rounds), heads, blocks)
    foot = "".join(rf"{latex(remark)}\\" + "\n" for remark in remarks)
    return (
        "\\begin{table*}\n\\centering\n\\caption{Reconstruction metrics over communication rounds}\n"
        f"\\resizebox{{\\textwidth}}{{!}}{{%\n{body}}}\n"
        f"\\begin{{flushleft}}\\footnotesize\n{foot}\\end{{flushleft}}\n\\end{{table*}}\n"
    )
