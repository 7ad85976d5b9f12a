"""FedXSAM beside other federated methods: PSNR along the axes of `controls`, accuracy, and the Hessian."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from flatgia.plotting.accuracy import read_accuracy
from flatgia.plotting.figures.curvature import read_hessians, summarise_hessians
from flatgia.plotting.look import attack_label, method_label
from flatgia.plotting.measures import counted, read_measures, summarise
from flatgia.plotting.page import common_remarks, save_csv
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.studies.axes import AXES, cell

READING = [
    "Median PSNR in dB; lower is the better defence. Sent, naive: what the client sends, attacked as if it were grad L at the "
    "global model. Sent, adaptive: by an attacker who knows the method, and differentiates through its perturbation and its "
    "power iteration. Plain: grad L at the global model. In brackets: failed searches.",
    "log det H and λmax: as in Fig 3, of the global model; ×10⁻⁴ for the first.",
]


def write_federated(request: Request, section: Mapping[str, Any]) -> None:
    """xsam_federated.md, .tex and .csv."""
    config, methods, attacks = request.config, section["methods"], section["attacks"]
    rounds = config["rounds"]["table"]
    rows = read_measures(request.files["metrics"])
    mine = rows["method"].isin(methods) & rows["attack"].isin(attacks) & (rows["batch"] == 1)
    rows = rows[mine & (rows["metric"] == "psnr") & rows["round"].isin(rounds)]
    keys = ["attack", "round", "method", "gradient", "attacker"]
    summary = summarise(rows, [*keys, "metric"])
    found = dict(summary.set_index(keys).iterrows())
    accuracy = read_accuracy(request.files["checkpoints"], methods, rounds)
    reached = accuracy.set_index(["method", "round"])["mean"]
    hessians = summarise_hessians(read_hessians(request.files["hessian"], methods, rounds)).set_index(
        ["method", "round"]
    )
    blocks = []
    for number in rounds:
        block = []
        for method in methods:
            hessian = hessians.loc[(method, number)]
            cells = [cell(found.get((attack, number, method, *axes))) for attack in attacks for axes in AXES]
            ends = [f"{reached[method, number]:.1f}", f"{hessian['mean']:.4f}", f"{hessian['lambda_max']:.1f}"]
            block.append([str(number), method_label(config, request.notes, method), *cells, *ends])
        blocks.append(block)
    named = replace(request, name=f"{request.name}_federated")
    axes_of = [f"{attack_label(config, attack)}: {axis.lower()}" for attack in attacks for axis in AXES.values()]
    header = ["Round", "Method", *axes_of, "Test accuracy (%)", "log det H", "λmax"]
    remarks = [*READING, f"Over {counted(rows)}.", *common_remarks(request)]
    write_small_table(named, "FedXSAM", "FedXSAM beside other methods", header, blocks, remarks, left=2)
    psnr = summary.assign(number="psnr")[[*keys, "number", "mean", "se", "n", "seeds", "median", "failed"]]
    sharp = hessians.reset_index().assign(
        number="lambda_max", mean=hessians["lambda_max"].to_numpy(), se="", seeds=hessians["n"].to_numpy()
    )
    others = [accuracy.assign(number="accuracy_percent"), sharp]
    save_csv(named, _filled(pd.concat([psnr, *others])))


def _filled(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers as text, empty where a quantity has no such number."""
    columns = ["method", "round", "attack", "gradient", "attacker", "number", "mean", "se", "n", "seeds", "median"]
    return table[columns].map(
        lambda value: "" if pd.isna(value) else f"{value:.9g}" if isinstance(value, float) else value
    )
