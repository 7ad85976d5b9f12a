"""updates, as a picture: dB over the blind guess, a panel for each method and round, a place for each case."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from flatgia.plotting.look import BLUE, DOUBLE, GREEN, ORANGE, PURPLE, method_label
from flatgia.plotting.page import new_page, save_page
from flatgia.plotting.request import Request
from flatgia.studies.updates import rounds_of
from flatgia.studies.updates.attackers import ATTACKERS
from flatgia.studies.updates.case import Case
from flatgia.studies.updates.read import CASE
from flatgia.studies.updates.verdicts import NEAR

COLOURS = dict(zip(ATTACKERS, (ORANGE, GREEN, BLUE, PURPLE), strict=True))
SHIFT = {attacker: 0.2 * (place - 1.5) for place, attacker in enumerate(ATTACKERS)}  # of a case's place


def draw(request: Request, table: pd.DataFrame, summary: pd.DataFrame, cases: Sequence[Case], said: str) -> None:
    """Writes updates.png, .pdf and .csv (`summary`); `table` holds the gain of each image."""
    section = request.config["studies"]["updates"]
    label = partial(method_label, request.config, request.notes)
    methods, rounds = section["methods"], rounds_of(request.config)
    remarks = [
        f"A point an image, a bar the mean. 0: the mean image of its label; dotted: {NEAR:g} dB, up to which nothing has "
        f"come back. n images in batches of B, k local steps. {said}",
    ]
    page = new_page(request, DOUBLE, 1.75 * len(methods) + 0.4, remarks)
    grid = page.subplots(len(methods), len(rounds), sharex=True, sharey=True, squeeze=False)
    for line, method in zip(grid, methods, strict=True):
        for axes, number in zip(line, rounds, strict=True):
            panel(axes, table[(table["method"] == method) & (table["round"] == number)], cases)
            axes.set_title(f"{label(method)}, round {number}")
        line[0].set_ylabel("PSNR over blind (dB)")
    for axes in grid[-1]:
        axes.set_xticks(range(len(cases)), [f"{case.images}\n{case.batch}\n{case.steps}" for case in cases])
        axes.annotate("n\nB\nk", (-0.01, 0), (-3, -7), "axes fraction", textcoords="offset points", ha="right",
                      va="top", fontsize=6.5)  # fmt: skip
    marks = [
        Line2D([], [], color=COLOURS[attacker], marker="o", markersize=3.2, linestyle="none", label=name)
        for attacker, name in ATTACKERS.items()
        if attacker in set(table["attacker"])
    ]
    page.legend(handles=marks, loc="outside upper center", ncols=len(marks))
    save_page(request, page, summary)


def panel(axes: Axes, rows: pd.DataFrame, cases: Sequence[Case]) -> None:
    """One method at one round."""
    axes.axhline(NEAR, color="#777777", linestyle=":", linewidth=0.9, zorder=0)
    places = {case: place for place, case in enumerate(cases)}
    at = [places[Case(*row)] for row in rows[CASE].itertuples(index=False, name=None)]
    spots = rows.assign(place=at, at=[place + SHIFT[name] for place, name in zip(at, rows["attacker"], strict=True)])
    sns.scatterplot(spots, x="at", y="gain", hue="attacker", palette=COLOURS, s=5, alpha=0.45, linewidth=0, legend=False,
                    ax=axes)  # fmt: skip
    for (place, attacker), part in spots.groupby(["place", "attacker"]):
        middle = place + SHIFT[attacker]
        axes.hlines(part["gain"].mean(), middle - 0.09, middle + 0.09, color=COLOURS[attacker], linewidth=1.5)
    for place in range(1, len(cases)):
        split = cases[place].images != cases[place - 1].images
        axes.axvline(place - 0.5, color="#BBBBBB" if split else "#EEEEEE", linewidth=0.6, zorder=0)
    axes.set(xlabel="", ylabel="", xlim=(-0.5, len(cases) - 0.5))
