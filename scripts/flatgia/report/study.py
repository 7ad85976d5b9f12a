"""study: which reading of what the paper leaves open agrees with its numbers at round 0."""

from pathlib import Path

import pandas as pd

from flatgia.report.look import attack_label, method_label
from flatgia.report.measures import counted, read_measures, select, summarise
from flatgia.report.page import common_remarks, save_csv
from flatgia.report.request import Request
from flatgia.report.scores import SCORES
from flatgia.report.small_table import write_small_table


def make(request: Request) -> None:
    """Writes study.csv, study.md and study.tex."""
    config, shown = request.config, request.config["study"]
    by_reading: dict[str, list[Path]] = {}
    for path in request.files["metrics"]:
        by_reading.setdefault(reading_of(path), []).append(path)
    frames = []
    for reading, paths in by_reading.items():
        rows = read_measures(paths)
        rows = select(rows, request, shown["methods"], shown["attacks"], ["psnr"], [0])
        inputs, init = reading.split("-")
        frames.append(summarise(rows, ["method", "attack", "metric"]).assign(inputs=inputs, init=init))
    keys = ["inputs", "init", "attack", "method"]
    table = pd.concat(frames)[[*keys, "metric", "mean", "se", "n"]]
    save_csv(request, table)
    means = table.set_index(keys)["mean"]
    paper = read_paper(request.files["reported"][0], config)
    rank = [config["methods"][name]["label"] for name in shown["methods"]]
    blocks = [[["the paper", "", "IG", *(paper.get(label, "") for label in rank)]]]
    for inputs in shown["inputs"]:
        for init in shown["init"]:
            block = []
            for attack in shown["attacks"]:
                cells = [SCORES["psnr"].text(means[inputs, init, attack, method]) for method in shown["methods"]]
                block.append([inputs, init, attack_label(config, attack), *cells])
            blocks.append(block)
    header = ["Inputs", "Init", "Attack", *(method_label(config, request.notes, name) for name in shown["methods"])]
    remarks = [f"PSNR in dB at round 0; {counted(rows)}.", *common_remarks(request)]
    caption = "Readings of what the paper leaves open"
    write_small_table(request, f"Study: {caption.lower()}", caption, header, blocks, remarks, left=3)


def reading_of(path: Path) -> str:
    """`normalised-dlg` of .../study/normalised-dlg/<method>/<attack>.csv."""
    return path.parents[1].name


def read_paper(path: Path, config: dict) -> dict[str, str]:
    """The paper's PSNR of IG at round 0 by method label; its FedASAM stands for the entry of that label alone."""
    rows = pd.read_csv(path)
    rows = rows[(rows["round"] == 0) & (rows["attack"] == "IG") & (rows["metric"] == "psnr")]
    return {row["method"]: SCORES["psnr"].text(row["value"]) for _, row in rows.iterrows()}
