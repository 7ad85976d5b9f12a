"""images, as a picture: a point an image, the ten of Table 1 in colour, a stroke for the mean of each set of ten."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from flatgia.plotting.look import BLUE, DOUBLE, ORANGE, attack_label, method_label
from flatgia.plotting.measures import arrived
from flatgia.plotting.page import new_page, save_page
from flatgia.plotting.request import Request
from flatgia.studies.images import TEN, axes_of
from flatgia.studies.images.compare import sets_of_ten
from flatgia.studies.rounds import rounds_of

GREY = "#B0B0B0"
SHORT = {("method", "naive"): "sent,\nnaive", ("method", "adaptive"): "sent,\nknowing", ("plain", "naive"): "plain"}


def draw(request: Request, rows: pd.DataFrame, numbers: pd.DataFrame, remarks: list[str]) -> None:
    """Writes images.png, .pdf and .csv (`numbers`); `rows` are PSNR per image."""
    config, section = request.config, request.config["studies"]["images"]
    cases = [(method, *axes) for method in section["methods"] for axes in axes_of(config, method)]
    names = [f"{method_label(config, request.notes, method)}\n{SHORT[who, by]}" for method, who, by in cases]
    page = new_page(request, DOUBLE, 2.1 * len(section["attacks"]) + 0.3, remarks)
    grid = page.subplots(len(section["attacks"]), len(rounds_of(config, "images")), sharey="row", squeeze=False)
    place = {case: number for number, case in enumerate(cases)}
    where = [place[case] for case in zip(rows["method"], rows["gradient"], rows["attacker"], strict=True)]
    rows = rows.assign(place=where)
    for line, attack in zip(grid, section["attacks"], strict=True):
        for axes, number in zip(line, rounds_of(config, "images"), strict=True):
            panel(axes, rows[(rows["attack"] == attack) & (rows["round"] == number)])
            axes.set(title=f"{attack_label(config, attack)}, round {number}", xlabel="", ylabel="")
            axes.set_xticks(range(len(cases)), names, fontsize=5.6)
            axes.grid(axis="x", visible=False)
        line[0].set_ylabel("PSNR (dB)")
    marks = [
        Line2D([], [], color=ORANGE, marker="o", markersize=3, linestyle="none", label="the ten of Table 1"),
        Line2D([], [], color=GREY, marker="o", markersize=3, linestyle="none", label="the other images"),
        Line2D([], [], color=BLUE, marker="_", markersize=8, linestyle="none", label="mean of each set of ten"),
        Line2D([], [], color="#444444", marker="x", markersize=3, linestyle="none", label="a failed search"),
    ]
    page.legend(handles=marks, loc="outside upper center", ncols=len(marks))
    save_page(request, page, numbers)


def panel(axes: Axes, rows: pd.DataFrame) -> None:
    """One attack at one round."""
    order = sorted(rows["place"].unique())
    whole = arrived(rows)
    sns.boxplot(
        whole, x="place", y="value", order=order, color="white", width=0.62, fliersize=0, linewidth=0.6, ax=axes
    )
    early = whole["image"] < TEN
    for part, colour, left in ((whole[~early], GREY, 0.12), (whole[early], ORANGE, -0.12)):
        spread = np.linspace(-0.09, 0.09, 7)[part["image"] % 7]  # by the image, so that no draw moves it
        axes.plot(part["place"] + left + spread, part["value"], "o", color=colour, markersize=1.8, markeredgewidth=0)
    lost = rows[rows["failed"] == 1]
    axes.plot(lost["place"], lost["value"], "x", color="#444444", markersize=2.6, markeredgewidth=0.6)
    for place, group in whole.groupby("place"):
        sets = sets_of_ten(group.set_index(["seed", "image"])["value"])
        axes.plot(np.full(len(sets), place) + 0.38, sets, "_", color=BLUE, markersize=6, markeredgewidth=0.9)
