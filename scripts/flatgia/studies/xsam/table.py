"""xsam: the tables of the trainings and of the claims, and what is drawn beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from flatgia.claims.interval import Estimate
from flatgia.plotting.page import save_csv, save_page
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.studies.xsam.federated import write_federated
from flatgia.studies.xsam.figure import draw
from flatgia.studies.xsam.read import diverged, epochs, finals, looks, read_trainings
from flatgia.studies.xsam.verdicts import Judged, judge

READING = [
    "Means over the draws (initial weights, images and order of batches), and ± their standard deviation. λmax: the largest "
    "algebraic eigenvalue of the Hessian over the training images, in eval mode. Cost: gradients of a mini-batch a step, a "
    "Hessian product counted as two. Rate: the learning rate, the best of the grid on held-out images in the first draw; "
    "* at an end of the grid.",
    "Angle: of SAM's gradient to the line of the leading eigenvector of the mini-batch Hessian, median over the looks. At most "
    "90°: the share of looks, with v as a warm-started power iteration has it, and oriented, with v turned so that the "
    "curvature along it rises. −v has the complement of the first share: it says nothing about sharpness.",
    "SAM's effect: the relative change of the curvature along v that a step of SAM makes beyond one of SGD, for a learning "
    "rate of 1. Own v: the curvature along the optimiser's own v over that along the look's.",
]
CLAIMS = [
    "Reproduced: the whole 95 % interval of the mean over the draws has the claimed sign; not reproduced: it has the other; "
    "undecided: it holds zero (a factor of one), or one draw gives none. With fewer than six draws the interval holds the "
    "value of each.",
    "The first claim: reproduced if every draw has two models whose perturbed losses, not above the median, lie within 5 % "
    "while their λmax differ by a factor of 2; not reproduced if none has. The models are the measured ones of all optimisers.",
]


def make(request: Request) -> None:
    """xsam: SAM and X-SAM centrally, what the angle to the leading eigenvector says, and FedXSAM.

    Claims (arXiv 2601.10251): sharp regions too can have a small perturbed loss; SAM is weaker where the angle is at most 90
    degrees; X-SAM lowers the largest eigenvalue more and generalises better.
    Inputs: --trained of `studies.xsam`; --metrics, --checkpoints and --hessian of its methods at the rounds `table`.
    Expect: X-SAM below SAM in the largest eigenvalue, and above it in accuracy, also against normalised SAM and at equal cost.
    """
    section = request.config["studies"]["xsam"]
    rows = read_trainings(request.files["trained"])
    last = finals(rows)
    judged = list(judge(section, epochs(rows), looks(rows), last))
    save_page(request, draw(request, section, rows), _numbers(last))
    _write_trained(request, section, rows, last)
    _write_claims(request, judged)
    write_federated(request, section)


def _numbers(last: pd.DataFrame) -> pd.DataFrame:
    """The CSV: a line a number, since not every training has all."""
    return last.melt(id_vars=["network", "optimiser", "seed"], var_name="number").dropna()


def _write_trained(request: Request, section: Mapping[str, Any], rows: pd.DataFrame, last: pd.DataFrame) -> None:
    lost = diverged(rows)
    blocks = []
    for key, network in section["networks"].items():
        block = []
        for name in network["optimisers"]:
            mine = last[(last["network"] == key) & (last["optimiser"] == name)]
            fate = len(lost[(lost["network"] == key) & (lost["optimiser"] == name)])
            label = section["optimisers"][name]["label"] + (
                f" (diverged in {fate} of {fate + len(mine)})" if fate else ""
            )
            steps = -(-network["images"] // section["batch_size"])
            block.append([network["label"], label, *_cells(rows, mine, key, name, steps)])
        blocks.append(block)
    header = [
        "Network", "Optimiser", "Rate", "Cost", "Test (%)", "Train (%)", "Loss", "Perturbed loss", "λmax", "Angle",
        "At most 90° (%)", "oriented (%)", "SAM's effect (%)", "Own v",
    ]  # fmt: skip
    draws = last["seed"].nunique()
    sizes = "; ".join(
        f"{entry['label']}: {entry['images']} images, {entry['epochs']} epochs, the Hessian over {entry['hessian_images']}"
        for entry in section["networks"].values()
    )
    told = [f"{sizes}. {draws} draw{'s' * (draws > 1)}.", *_scale(request)]
    write_small_table(
        request, "X-SAM: central training", "SAM corrected along the leading eigenvector", header, blocks,
        [*READING, *told], left=2,
    )  # fmt: skip


def _cells(rows: pd.DataFrame, mine: pd.DataFrame, network: str, name: str, steps: int) -> list[str]:
    if mine.empty:
        return [""] * 12
    tried = rows[
        (rows["network"] == network) & (rows["optimiser"] == name) & rows["number"].str.match("(tried|diverged) ")
    ]
    rates = tried["number"].str.split().str[1].astype(float)
    rate = mine["rate"].iloc[0]
    end = "*" if rate in (rates.min(), rates.max()) and rates.nunique() > 1 else ""
    cost = (mine["evaluations"] / (mine["epoch"] * steps)).mean()
    percent = [spread(100 * mine[column], "{:.2f}") for column in ("test_accuracy", "train_accuracy")]
    plain = [
        spread(mine[column], form)
        for column, form in (("loss", "{:.4f}"), ("perturbed_loss", "{:.4f}"), ("lambda_max", "{:.2f}"))
    ]
    seen = [
        f"{factor * mine[column].mean():{form}}{sign}" if column in mine and mine[column].notna().any() else ""
        for column, factor, form, sign in (
            ("angle", 1, ".0f", "°"), ("acute", 100, ".0f", ""), ("acute_oriented", 100, ".0f", ""),
            ("effect", 100, "+.1f", ""), ("own", 1, ".2f", ""),
        )
    ]  # fmt: skip
    return [f"{rate:g}{end}", f"{cost:.2f}", *percent, *plain, *seen]


def spread(values: pd.Series, form: str) -> str:
    """`61.20 ± 0.31`; without the deviation where there is one value."""
    text = form.format(values.mean())
    return text if len(values) < 2 else f"{text} ± {form.format(values.std())}"


def _write_claims(request: Request, judged: Sequence[Judged]) -> None:
    named = replace(request, name=f"{request.name}_claims")
    lines = [[one.network, one.claim, one.case, found_text(one), one.verdict, one.why] for one in judged]
    networks = dict.fromkeys(line[0] for line in lines)
    blocks = [[line for line in lines if line[0] == network] for network in networks]
    header = ["Network", "Claim", "Case", "Ours [95 %]", "Verdict", "Why"]
    write_small_table(
        named, "X-SAM: the claims", "Claims about X-SAM", header, blocks, [*CLAIMS, *_scale(request)], left=3
    )
    save_csv(named, pd.DataFrame([_line(one) for one in judged]))


def _line(one: Judged) -> dict[str, Any]:
    found = one.ours
    ends = {"ours": found.mean, "low": found.low, "high": found.high} if found else {}
    text = {name: "" if ends.get(name) is None else f"{ends[name]:.9g}" for name in ("ours", "low", "high")}
    about = {"network": one.network, "claim": one.claim, "case": one.case}
    unit = {"factor": "logarithm of a factor", "percent": "share"}.get(one.unit, one.unit)
    return about | text | {"unit": unit, "seeds": found.seeds if found else 0, "verdict": one.verdict, "why": one.why}


def found_text(one: Judged) -> str:
    """`×0.84 [0.79, 0.91]`, or points, or percent; nothing where nothing was measured."""
    if one.ours is None:
        return ""
    show = {"factor": lambda x: f"{np.exp(x):.2f}", "percent": lambda x: f"{100 * x:+.2f}"}.get(
        one.unit, lambda x: f"{x:+.2f}"
    )
    mark, unit = ("×", "") if one.unit == "factor" else ("", " %" if one.unit == "percent" else " points")
    return f"{mark}{show(one.ours.mean)}{unit}{_ends(one.ours, show)}".replace("-", "−")


def _ends(ours: Estimate, show: Any) -> str:
    return "" if ours.low is None or ours.low == ours.high else f" [{show(ours.low)}, {show(ours.high)}]"


def _scale(request: Request) -> list[str]:
    """What a small scale's numbers are not."""
    scale = request.config["scale"]
    return [] if scale == "paper" else [f"Scale {scale}: not the protocol's size; no evidence for or against a claim."]
