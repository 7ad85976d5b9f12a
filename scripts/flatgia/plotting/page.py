"""A figure's page: the panels, the lines under them, and writing it as PDF, PNG and CSV."""

import textwrap
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from flatgia.core.artifacts import artifact
from flatgia.core.errors import FlatgiaError
from flatgia.plotting import look
from flatgia.plotting.request import Request

NOTE_SIZE = 5.2  # points
LINE = NOTE_SIZE * 1.3 / 72  # inches
MARGIN = 0.06  # inches
ARROWS = "Arrows point to the better defence."
LETTERS = 23  # an inch of the note holds so many letters, a little less than measured


def new_page(request: Request, width: float, height: float, remarks: Sequence[str]) -> Figure:
    """A figure whose panels have `height` inches, with remarks and the run's notes small beneath them."""
    look.apply()
    text = [
        line
        for remark in (*remarks, *common_remarks(request))
        for line in textwrap.wrap(remark, int((width - 2 * MARGIN) * LETTERS))
    ]
    foot = len(text) * LINE + 2 * MARGIN
    figure = plt.figure(figsize=(width, height + foot))
    share = foot / (height + foot)
    figure.set_layout_engine("constrained", rect=(0, share, 1, 1 - share), w_pad=0.03, h_pad=0.04)
    figure.text(
        MARGIN / width,
        MARGIN / (height + foot),
        "\n".join(text),
        fontsize=NOTE_SIZE,
        linespacing=1.3,
        color="#444444",
        ha="left",
        va="bottom",
        in_layout=False,
        gid="notes",
    )
    return figure


def common_remarks(request: Request) -> list[str]:
    """What stands under every output: the attacked gradient and attacker if not the paper's, presets, the run's notes."""
    axes = []
    if (request.gradient, request.attacker) != ("method", "naive"):
        axes = [f"Attacked gradient: {request.gradient}; attacker: {request.attacker}."]
    return [*axes, *presets_remark(request), *request.notes["lines"]]


def presets_remark(request: Request) -> list[str]:
    """Whose settings the attacks shown run with."""
    groups: dict[str, list[str]] = {"ours": [], "published": [], "adapted": [], "inferred": []}
    for entry in request.config.get("attacks", {}).values():
        groups.get(entry.get("preset", ""), []).append(entry["label"])
    words = {"adapted": "published but for what the label names"}
    said = [f"{words.get(name, name)} for {', '.join(sorted(labels))}" for name, labels in groups.items() if labels]
    return [f"Attack settings: {'; '.join(said)}."] if said else []


def save_page(request: Request, figure: Figure, plotted: pd.DataFrame) -> None:
    """Writes NAME.csv, NAME.pdf and NAME.png into the output folder; the bytes hold no date."""
    save_csv(request, plotted)
    for kind, metadata in (("pdf", {"CreationDate": None}), ("png", {"Software": None})):
        with artifact(request.out_dir / f"{request.name}.{kind}", request.record) as temporary:
            figure.savefig(temporary, format=kind, dpi=200, metadata=metadata)
    plt.close(figure)


def save_csv(request: Request, table: pd.DataFrame) -> None:
    """Writes NAME.csv. Raises `FlatgiaError` if a number in it is infinite (an absent one is an empty field)."""
    numbers = table.select_dtypes("number")
    absent = numbers.drop(columns="se", errors="ignore").isna()
    if absent.any(axis=None) or np.isinf(numbers).any(axis=None):
        raise FlatgiaError(request.name, "a number to be shown is not finite", "make the damaged result again")
    with artifact(request.out_dir / f"{request.name}.csv", request.record) as temporary:
        table.to_csv(temporary, index=False, float_format="%.9g", lineterminator="\n")
