"""information: table and figure of the spectra of J = dg/dx."""

from collections.abc import Callable
from functools import partial

import pandas as pd

from flatgia.metrics.scores import SCORES
from flatgia.plotting.curves import legend
from flatgia.plotting.figures.curvature import read_hessians
from flatgia.plotting.look import DOUBLE, method_label, method_style
from flatgia.plotting.measures import read_measures
from flatgia.plotting.page import common_remarks, new_page, save_page
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.studies.information import AXES
from flatgia.studies.information.figure import draw, medians
from flatgia.studies.information.matched import COMPARED, differences, means
from flatgia.studies.information.read import read_spectra

COLUMNS = {
    "norm": ("‖g‖", "{:.3g}"),
    "log_det": ("log det JᵀJ", "{:.0f}"),
    "log_det_relative": ("log det JᵀJ/‖g‖²", "{:.0f}"),
    "lambda_min": ("λmin", "{:.1e}"),
    "lambda_max": ("λmax", "{:.3g}"),
    "directions_0.001": ("10⁻³ ‖g‖", "{:.0f}"),
    "directions_0.01": ("10⁻² ‖g‖", "{:.0f}"),
    "directions_fixed_0.001": ("10⁻³ fixed", "{:.0f}"),
    "directions_fixed_0.01": ("10⁻² fixed", "{:.0f}"),
}
READING = [
    "J: derivative of the gradient by the model inputs of the image, at the truth; all numbers but accuracy and those of H are "
    "means over the images of an image's own.",
    "The last four columns before H: image directions that survive noise in every entry of the gradient, Σ s²/(s² + σ²), with "
    "σ a share of the gradient's own norm (an adversary who can scale with what he sees), or of a fixed size, the same share "
    "of the first method's mean norm at the first round (noise that does not know the model).",
    "Plain: grad L at the global model, so that only the model differs. Sent: what the client shares, differentiated through "
    "its perturbation, as an attacker who knows the method can.",
]
NAMES = {"directions_0.01": "noise in proportion", "directions_fixed_0.01": "noise of a fixed size"}


def make(request: Request) -> None:
    """information: how much of an image a gradient holds, by the singular values of J = dg/dx, without any attack.

    Claim of the paper (sections 3 and 5): the gradient at a flat minimum holds less of the image.
    Inputs: --spectra of `studies.information`; --hessian and --metrics of the same methods at the rounds `table`.
    Expect: if the claim holds, fewer directions survive under the flat methods than under the first, at the same round and
    at the same accuracy; noise in proportion to the gradient and noise of a fixed size can answer differently.
    """
    config = request.config
    methods, rounds = config["studies"]["information"]["methods"], config["rounds"]["table"]
    rows = read_spectra(request.files["spectra"], methods[0], rounds[0])
    averages = means(rows, ["accuracy", "rank", "error", *COLUMNS])
    lines = medians(rows)
    compared = differences(averages, methods[0], rounds)
    label = partial(method_label, config, request.notes)
    remarks = [*_about(rows), *_beside_the_first(compared, methods[0], label)]
    page = new_page(request, DOUBLE, 3.9, ["Dotted: as sent. Below: plain, a mark a round and seed.", *remarks])
    legend(page, draw(page, lines, averages, rounds, label, partial(method_style, config)))
    save_page(request, page, _plotted(averages, lines, compared))

    hessians = read_hessians(request.files["hessian"], methods, rounds).groupby(["method", "round"])
    beside = hessians[["log_det", "lambda_max"]].mean()
    psnr = _psnr(request)
    table = averages.groupby(["round", "method", "gradient"])[["accuracy", *COLUMNS]].mean()
    blocks = []
    for number in rounds:
        block = []
        for method in methods:
            for kind in (kind for kind in AXES if (number, method, kind) in table.index):
                found = table.loc[(number, method, kind)]
                cells = [form.format(found[name]) for name, (_, form) in COLUMNS.items()]
                curvature = beside.loc[(method, number)]
                reached = psnr.get((method, number, *AXES[kind]))
                last = [f"{curvature['log_det']:.0f}", f"{curvature['lambda_max']:.3g}"]
                last.append("" if reached is None else SCORES["psnr"].text(reached))
                block.append([str(number), label(method), kind, f"{found['accuracy']:.1f}", *cells, *last])
        blocks.append(block)
    titles = [title for title, _ in COLUMNS.values()]
    attack = config["attacks"][config["studies"]["information"]["attacks"][0]]["label"]
    header = ["Round", "Method", "Gradient", "Accuracy (%)", *titles, "log det H", "λmax(H)", f"{attack} (dB)"]
    caption = "What a gradient holds of an image"
    text = [*READING, *remarks, *common_remarks(request)]
    write_small_table(request, f"Information: {caption.lower()}", caption, header, blocks, text, left=3)


def _psnr(request: Request) -> dict[tuple[object, ...], float]:
    rows = read_measures(request.files["metrics"])
    rows = rows[rows["metric"] == "psnr"]
    return dict(rows.groupby(["method", "round", "gradient", "attacker"])["value"].mean())


def _about(rows: pd.DataFrame) -> list[str]:
    """Over what the means are, and what is not exact."""
    images, seeds = rows["image"].nunique(), rows["seed"].nunique()
    entries, taken = rows["entries"].iloc[0], min(map(len, rows["values"]))
    draws = "one draw" if seeds == 1 else f"{seeds} draws"
    said = [f"{images} image{'s' * (images > 1)} of {entries} entries, {draws}."]
    if taken < entries:
        half = rows["error"].mean()
        said.append(
            f"J along {taken} random directions of {entries}: log det and surviving directions are upper bounds in the mean, "
            f"λmax lies above what is shown, λmin below; along half as many, {half:.0f} more directions survive 10⁻² ‖g‖."
        )
    elif (short := rows["rank"] < entries).any():
        least = int(rows["rank"].min())
        said.append(
            f"J has not full rank for {short.sum()} of {len(rows)} gradients (at least {least} of {entries}): what cannot be "
            "told from 0 counts as the least that could."
        )
    return said


def _beside_the_first(compared: pd.DataFrame, first: str, label: Callable[[str], str]) -> list[str]:
    """What the differences of surviving directions are, in a line for each noise and comparison."""
    if compared.empty:
        return []
    last = compared["round"].max()
    lines = []
    for number in COMPARED:
        for at in ("round", "accuracy"):
            mine = compared[(compared["number"] == number) & (compared["at"] == at) & (compared["round"] == last)]
            cells = []
            for method, found in mine.groupby("method", sort=False):
                parts = [
                    f"{row['mean']:+.0f}" + (f" ± {row['se']:.0f}" if row["n"] > 1 else "")
                    for row in found.to_dict("records")
                ]
                cells.append(f"{label(method)} {', sent '.join(parts)}")
            if cells:
                where = f"round {last}" if at == "round" else f"{label(first)}'s at the accuracy of round {last}"
                lines.append(
                    f"Directions beside {label(first)}'s, {NAMES[number]} (10⁻²), {where}: {'; '.join(cells)}."
                )
    return [line.replace("-", "−") for line in lines]


def _plotted(averages: pd.DataFrame, lines: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """All numbers, a row each, with their standard errors over the seeds."""
    keys = ["method", "round", "gradient"]
    long = averages.melt([*keys, "seed"], var_name="number", value_name="value")
    spectrum = lines.assign(number="s_" + lines["place"].map("{:04d}".format)).drop(columns="place")
    numbers = pd.concat([long, spectrum]).groupby([*keys, "number"], sort=True)["value"]
    table = numbers.agg(mean="mean", se="sem", n="count").reset_index()
    if compared.empty:
        return table
    beside = compared.assign(number=compared["number"] + "_beside_first_at_same_" + compared["at"]).drop(columns="at")
    return pd.concat([table, beside[table.columns]])
