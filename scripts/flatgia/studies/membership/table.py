"""membership: the table of attacks and verdicts, and the figure."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from flatgia.claims.interval import Estimate
from flatgia.core.artifacts import check, remedy
from flatgia.core.errors import FlatgiaError
from flatgia.plotting.curves import legend
from flatgia.plotting.look import DOUBLE
from flatgia.plotting.page import common_remarks, new_page, save_page
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.studies.membership.attacks import ATTACKS
from flatgia.studies.membership.figure import draw
from flatgia.studies.membership.verdicts import Judged, judge

COLUMNS = {
    "scores": ["optimiser", "epoch", "attack", "number", "model", "value"],
    "curves": ["optimiser", "curve", "x", "mean", "low", "high"],
    "linear": ["features", "labels", "strength", "number", "draw", "value"],
}
NUMBERS = {
    "auc": "AUC",
    "balanced_accuracy": "balanced accuracy",
    "tpr_0.01": "TPR at 1 % FPR",
    "tpr_0.001": "TPR at 0.1 % FPR",
}
OF_MODELS = {"confidence_variance": "variance of p(y)", "phi_variance": "variance of φ"}
READING = [
    "Means over the models, in %; each is attacked with the others as shadow models. Thresholds: of TPR one for all models, of "
    "balanced accuracy one a class, from the other models. Confidence, loss and φ order images alike and are one row.",
    "Below: differences from the first optimiser in points; 95 % intervals over models, which share half, start and order; "
    "that models serve as each other's shadow models is not in the intervals.",
]


def make(request: Request) -> None:
    """membership: attacks with and without shadow models on pools of half-split models, by optimiser; verdicts.

    Claims of arXiv 2310.00488: SAM is more prone to membership inference than SGD although its test error is lower.
    Inputs: --scores, --curves and --linear of `studies.membership`.
    Expect: if the claim holds, every attack's AUC is higher for SAM; the sign may turn for small networks.
    """
    section = request.config["studies"]["membership"]
    labels = {name: section["optimisers"][name]["label"] for name in section["compared"]}
    scores, curves, linear = (read(request.files[kind], kind) for kind in COLUMNS)
    if missing := sorted(set(labels) - set(scores["optimiser"])):
        raise FlatgiaError("--scores", f"nothing of {missing[0]}", "give those of every optimiser that is compared")
    last = scores[scores["epoch"] == scores["epoch"].max()]
    judged = list(judge(scores, curves, linear, list(labels)))
    remarks = [_interpolation(last, labels), f"{last['model'].nunique()} models an optimiser; bands: 95 % over models."]

    page = new_page(request, DOUBLE, 2.3, remarks)
    legend(page, draw(page, scores, curves, labels))
    save_page(request, page, _plotted(last, curves, linear))

    means = last.groupby(["attack", "number", "optimiser"])["value"].mean()
    rows = [
        [words, *_cells(means, "", number, labels)]
        for number, words in (
            ("train_accuracy", "Train accuracy"), ("test_accuracy", "Test accuracy"), ("memorised", "Mean memorisation"),
        )
    ]  # fmt: skip
    attacks = [
        [f"{label}: {words}", *_cells(means, attack, number, labels)]
        for attack, (label, _) in ATTACKS.items()
        for number, words in NUMBERS.items()
    ]
    header = ["", *labels.values()]
    text = [*READING, *remarks, *verdict_lines(judged, labels), *common_remarks(request)]
    caption = "Membership inference at flat minima"
    write_small_table(request, f"Membership: {caption.lower()}", caption, header, [rows, attacks], text)


def read(paths: Sequence[Path], kind: str) -> pd.DataFrame:
    """The one file of that kind. Raises `FlatgiaError` on a foreign or damaged one, and on several seeds."""
    if len(paths) != 1:
        raise FlatgiaError(f"--{kind}", f"{len(paths)} files", "give that of one seed")
    check(paths[0])
    try:
        found = pd.read_csv(paths[0], keep_default_na=False)
        if list(found.columns) != COLUMNS[kind]:
            raise ValueError(f"columns {', '.join(found.columns)}")
        for name in {"value", "mean", "low", "high"} & set(found.columns):
            found[name] = pd.to_numeric(found[name])
            if found[name].isna().any():
                raise ValueError("a value is missing")
    except (ValueError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        give = remedy(paths[0], "give what the rules of `membership` wrote")
        raise FlatgiaError(paths[0], f"no table of {kind} ({error})", give) from None
    return found


def verdict_lines(judged: Sequence[Judged], labels: dict[str, str]) -> list[str]:
    """A line a claim and optimiser."""
    lines: dict[tuple[str, str], list[str]] = {}
    for row in judged:
        subject = labels.get(row.subject, row.subject)
        lines.setdefault((row.claim, subject), []).append(f"{_case(row.case)} {_ours(row.ours)}: {row.verdict}")
    return [f"{claim}, {subject}: {'; '.join(cells)}." for (claim, subject), cells in lines.items()]


def _case(case: str) -> str:
    words = case.removeprefix("traced ").split(" ")
    if words[0] in ATTACKS:
        rest = " ".join(NUMBERS.get(word, word) for word in words[1:]) or "AUC"
        return f"{ATTACKS[words[0]][0]}, {rest}"
    return OF_MODELS.get(case, case)


def _ours(ours: Estimate | None) -> str:
    if ours is None:
        return "(no two epochs enclose the accuracy)"
    size = max(abs(ours.mean), abs(ours.low or 0), abs(ours.high or 0))
    form = "{:+.2f}" if size >= 0.1 else "{:+.4f}"
    text = form.format(ours.mean)
    if ours.low is not None and ours.high is not None:
        text += f" [{form.format(ours.low)}, {form.format(ours.high)}]"
    return text.replace("-", "−")


def _cells(means: pd.Series, attack: str, number: str, labels: dict[str, str]) -> list[str]:
    form = "{:.2f}" if number.startswith("tpr") else "{:.1f}"
    return [form.format(means[attack, number, name]) for name in labels]


def _interpolation(last: pd.DataFrame, labels: dict[str, str]) -> str:
    """The theory is about models that interpolate: how near each comes."""
    found = last[last["number"] == "train_accuracy"].groupby("optimiser")["value"].mean()
    cells = ", ".join(f"{label} {found[name]:.1f} %" for name, label in labels.items())
    return f"Accuracy on the half that trained: {cells}; the theory is about 100 %."


def _plotted(last: pd.DataFrame, curves: pd.DataFrame, linear: pd.DataFrame) -> pd.DataFrame:
    """All means, with standard errors over models, and the curves."""
    models = last.groupby(["optimiser", "attack", "number"])["value"].agg(mean="mean", se="sem").reset_index()
    draws = (
        linear.groupby(["features", "labels", "strength", "number"])["value"].agg(mean="mean", se="sem").reset_index()
    )
    draws["optimiser"] = "linear"
    draws["attack"] = draws["features"] + ", " + draws["labels"] + " labels, " + draws["strength"].map("{:g}".format)
    points = curves.assign(attack=curves["curve"], number=curves["x"].map("{:.6g}".format), se=float("nan"))
    columns = ["optimiser", "attack", "number", "mean", "se"]
    return pd.concat([models[columns], draws[columns], points[columns]])
