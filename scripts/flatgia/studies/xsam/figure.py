"""The figure: for each network accuracy by cost, the largest eigenvalue, the perturbed loss beside it, and the angle."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from flatgia.plotting.look import DASHES, DOUBLE, METHOD_COLOURS, METHOD_MARKERS
from flatgia.plotting.page import new_page
from flatgia.plotting.request import Request
from flatgia.studies.xsam.read import diverged, epochs, looks

WIDE = 20  # a ratio of eigenvalues from which on their axis is logarithmic
REMARKS = [
    "Means over the draws. Cost: gradients of a mini-batch, a Hessian product counted as two. λmax over the training images. "
    "Dots in the third panel: the measured models of all draws.",
    "Angle: of SAM's gradient to the line of the leading eigenvector of the mini-batch Hessian; boxes hold the middle half of "
    "the looks.",
]


def style(place: int) -> dict[str, Any]:
    """Line keywords of the `place`-th optimiser."""
    return {
        "color": METHOD_COLOURS[place % len(METHOD_COLOURS)],
        "marker": METHOD_MARKERS[place % len(METHOD_MARKERS)],
        "linestyle": DASHES[place % len(DASHES)],
    }


def draw(request: Request, section: Mapping[str, Any], rows: pd.DataFrame) -> Figure:
    """A row of panels a network."""
    networks = section["networks"]
    ends, seen = epochs(rows), looks(rows)
    lost = diverged(rows)
    remarks = REMARKS + ([f"{len(lost)} trainings diverged and end where they did."] if len(lost) else [])
    page = new_page(request, DOUBLE, 1.9 * len(networks) + 0.4, remarks)
    panels = page.subplots(len(networks), 4, squeeze=False, width_ratios=(1, 1, 1, 0.9))
    places = {name: place for place, name in enumerate(section["optimisers"])}
    for axes, (key, network) in zip(panels, networks.items(), strict=True):
        for name in network["optimisers"]:
            mine = ends[(ends["network"] == key) & (ends["optimiser"] == name)]
            _line(axes[:3], mine, style(places[name]), section["optimisers"][name]["label"])
        sharp = ends.loc[ends["network"] == key, "lambda_max"].dropna()
        if len(sharp) and sharp.min() > 0 and sharp.max() > WIDE * sharp.min():
            for each in axes[1:3]:
                each.set_yscale("log")
        if len(seen):
            _angles(axes[3], seen[seen["network"] == key], network["optimisers"], section["optimisers"], places)
        axes[0].set_ylabel("Test accuracy")
        axes[0].yaxis.set_major_formatter(PercentFormatter(1))
        axes[0].set_xlabel("Cost (gradients)")
        axes[1].set(ylabel="λmax", xlabel="Cost (gradients)")
        axes[2].set(ylabel="λmax", xlabel="Perturbed loss")
        for each, title in zip(axes, ("Accuracy", "Sharpness", "Sharpness by loss", "Angle"), strict=True):
            each.set_title(f"{title}, {network['label']}" if title == "Accuracy" else title)
    handles: dict[str, Any] = {}
    for axes in panels[:, 0]:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            handles.setdefault(label, handle)
    page.legend(list(handles.values()), list(handles), loc="outside upper center", ncols=min(5, len(handles)))
    return page


def _line(axes: Any, mine: pd.DataFrame, look: dict[str, Any], label: str) -> None:
    if mine.empty:
        return
    means = mine.groupby("epoch").mean(numeric_only=True)
    curve = look | ({"marker": None} if len(means) > 1 else {})
    if "test_accuracy" in means:
        axes[0].plot(means["evaluations"], means["test_accuracy"], label=label, **curve)
    if "lambda_max" not in mine:
        return
    sharp = means.dropna(subset=["lambda_max"])
    axes[1].plot(sharp["evaluations"], sharp["lambda_max"], markeredgewidth=0, **look)
    dots = mine.dropna(subset=["lambda_max"])
    axes[2].plot(
        dots["perturbed_loss"], dots["lambda_max"], alpha=0.7, markeredgewidth=0, **look | {"linestyle": "none"}
    )


def _angles(
    axes: Axes, seen: pd.DataFrame, names: list[str], entries: Mapping[str, Any], places: Mapping[str, int]
) -> None:
    shown = [name for name in names if (seen["optimiser"] == name).any()]
    angles = np.degrees(np.arccos(seen["perturbed_cosine"].abs().clip(upper=1)))
    palette = {name: style(places[name])["color"] for name in shown}
    table = pd.DataFrame({"optimiser": seen["optimiser"], "angle": angles})
    seaborn.boxplot(
        table, y="optimiser", x="angle", hue="optimiser", order=shown, hue_order=shown, palette=palette, ax=axes,
        fliersize=1, linewidth=0.6, saturation=0.6, legend=False,
    )  # fmt: skip
    axes.set_yticks(range(len(shown)), [entries[name]["label"] for name in shown], fontsize=5)
    axes.set(xlabel="Angle to ±v (°)", ylabel="", xlim=(0, 91), xticks=(0, 30, 60, 90))
