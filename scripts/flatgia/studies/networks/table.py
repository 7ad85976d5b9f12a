"""networks: table, figure and verdicts over the cases."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.dataset import dataset_named
from flatgia.metrics.scores import SCORES
from flatgia.plotting.look import attack_label, method_label
from flatgia.plotting.measures import counted, failures
from flatgia.plotting.page import common_remarks
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.studies.axes import AXES
from flatgia.studies.judged import about_draws, overall, write_judged
from flatgia.studies.networks import attacked
from flatgia.studies.networks.figure import draw
from flatgia.studies.networks.read import read_models, read_psnr
from flatgia.studies.networks.verdicts import judged

READING = [
    "Median PSNR in dB; behind it how many searches ended short of the gradient, though the truth explains it. They count "
    "like the others: on most networks no search ends at the gradient.",
    "Sent, naive: what the client sends, by an attacker who takes it for the plain gradient; sent, adaptive: by one who knows "
    "the method; plain: the gradient of the loss, so that only the model differs.",
    "1 − cos: how far the gradient that a naive attacker models is from what is sent, at the true image: 0 where he is right. "
    "log det H: how far it lies above that of H = 0, as a share of that. Accuracy and Hessian are of eval mode.",
    "Mode: of batch norm, as the client computes the gradient that is attacked; the statistics of the client's image are then "
    "estimated from the candidate, unless the attack says otherwise.",
]
NUMBERS = ["accuracy", "lambda_max", "log_det_above_floor"]


def make(request: Request) -> None:
    """networks: FedAvg and FedSAM on other networks and images: who gets what of their gradients, and how flat they are.

    Claim of the paper (4.3 and 5.1): methods that search for flat minima resist gradient inversion, because these are flat.
    Inputs: --metrics, --checkpoints and --hessian of `studies.networks`.
    Expect: if the paper's ordering is general, it holds on every network; if its explanation is, the plain gradient of the
    flatter model gives less too.
    """
    config, section = request.config, request.config["studies"]["networks"]
    rows = read_psnr(request.files["metrics"])
    models = read_models(request.files["checkpoints"], request.files["hessian"], section["methods"], section["rounds"])
    models["log_det_above_floor"] = models["log_det"] - models["floor"]
    for case, mode, attack in attacked(config):
        if not ((rows["case"] == case) & (rows["mode"] == mode) & (rows["attack"] == attack)).any():
            what = f"none is of {attack} on {case}, {mode} mode"
            raise FlatgiaError("--metrics", what, "give the CSVs of this config")
    names = {case["name"]: name_of(config, case) for case in section["cases"]}
    psnr = rows[rows["metric"] == "psnr"]
    lost, known = failures(psnr)
    remarks = [f"{counted(psnr)} for each network; {lost} of {known} searches ended short of the gradient."]
    lines = judged(request, psnr, names)
    numbers = numbers_of(rows, models)
    draw(request, psnr, numbers, names, remarks)
    blocks = [block(request, numbers, names, *where) for where in attacked(config)]
    header = ["Network", "Images", "Mode", "Attack", "Round", "Method", "Accuracy (%)", "λmax(H)", "log det H", "1 − cos",
              *AXES.values()]  # fmt: skip
    caption = "Other networks and images"
    text = [*READING, *remarks, *common_remarks(request)]
    write_small_table(request, f"Networks: {caption.lower()}", caption, header, blocks, text, left=6)
    said = [
        *overall(lines, section["rounds"], "networks, images and modes"),
        about_draws(psnr["seed"].nunique()),
        *remarks,
    ]
    heading = "Networks: does the ordering hold, and its explanation?"
    write_judged(request, heading, [f"Round {number}" for number in section["rounds"]], lines, said)


def name_of(config: Mapping[str, Any], case: Mapping[str, Any]) -> tuple[str, str]:
    """Network and images in words."""
    return case["label"], dataset_named(case.get("data", {}).get("dataset", config["data"]["dataset"])).label


def numbers_of(rows: pd.DataFrame, models: pd.DataFrame) -> pd.DataFrame:
    """A row for each case, mode, attack, setting and round: PSNR, unfinished searches, 1 − cos, and the model's numbers."""
    keys = ["case", "mode", "attack", "round", "method", "gradient", "attacker"]
    psnr, wrong = (rows[rows["metric"] == metric] for metric in ("psnr", "distance_truth"))
    table = psnr.groupby(keys, sort=False)["value"].median().rename("psnr_median").to_frame()
    table["psnr_mean"] = psnr.groupby(keys)["value"].mean()
    table["images"] = psnr.groupby(keys)["value"].count()
    table["failed"] = (psnr["failed"] == 1).groupby([psnr[name] for name in keys]).sum()
    table["distance_truth"] = wrong.groupby(keys)["value"].median().clip(lower=0)
    return table.reset_index().merge(models[["case", "method", "round", *NUMBERS, "floor"]])


def block(
    request: Request, numbers: pd.DataFrame, names: Mapping[str, tuple[str, str]], case: str, mode: str, attack: str
) -> list[list[str]]:
    """The rows of one case in one mode under one attack."""
    config, section = request.config, request.config["studies"]["networks"]
    mine = numbers[(numbers["case"] == case) & (numbers["mode"] == mode) & (numbers["attack"] == attack)]
    found = []
    for number in section["rounds"]:
        for method in section["methods"]:
            each = mine[(mine["round"] == number) & (mine["method"] == method)].set_index(["gradient", "attacker"])
            one = each.loc[("method", "naive")]
            cells = [f"{one['accuracy']:.1f}", f"{one['lambda_max']:.3g}", f"{_relative(one):.3f}"]
            wrong = "0" if one["distance_truth"] < 1e-6 else f"{one['distance_truth']:.2g}"
            psnr = [_cell(each.loc[axes]) if axes in each.index else "" for axes in AXES]
            about = [*names[case], mode, attack_label(config, attack), str(number)]
            found.append([*about, method_label(config, request.notes, method), *cells, wrong, *psnr])
    return found


def _relative(row: pd.Series) -> float:
    """The log determinant above that of H = 0, of which the floor is the number of parameters times a constant."""
    return float(row["log_det_above_floor"] / abs(row["floor"]))


def _cell(row: pd.Series) -> str:
    return SCORES["psnr"].text(row["psnr_median"]) + (f" ({row['failed']})" if row["failed"] else "")
