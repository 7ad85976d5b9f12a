"""controls, as a picture: the three settings side by side for each method and round, a point a draw."""

from collections.abc import Sequence

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from flatgia.metrics.scores import SCORES
from flatgia.plotting.baseline import baseline
from flatgia.plotting.look import BLUE, DOUBLE, GREEN, ORANGE, attack_label, method_label
from flatgia.plotting.measures import counted, failures
from flatgia.plotting.page import new_page, save_page
from flatgia.plotting.request import Request

SETTINGS = {
    ("method", "naive"): "as sent, attacker does not know the method",
    ("method", "adaptive"): "as sent, attacker knows the method",
    ("plain", "naive"): "plain gradient",
}  # of gradient and attacker, as the picture names them
COLOURS = dict(zip(SETTINGS.values(), (ORANGE, BLUE, GREEN), strict=True))
DODGE = 1.6 / 3  # of a method's place, from its first setting to its last, as seaborn has it


def draw(request: Request, rows: pd.DataFrame, numbers: pd.DataFrame) -> None:
    """Writes controls.png, .pdf and .csv (`numbers`); `rows` are PSNR per image, of `studies.controls` alone."""
    config, shown = request.config, request.config["studies"]["controls"]
    rounds, attacks = config["rounds"]["table"], shown["attacks"]
    rows = rows.assign(setting=[SETTINGS[axes] for axes in zip(rows["gradient"], rows["attacker"], strict=True)])
    page = new_page(request, DOUBLE, 1.75 * len(attacks) + 0.45, remarks(rows))
    grid = page.subplots(len(attacks), len(rounds), sharey="row", squeeze=False)
    for line, attack in zip(grid, attacks, strict=True):
        for axes, number in zip(line, rounds, strict=True):
            panel(axes, request, rows[(rows["attack"] == attack) & (rows["round"] == number)], shown["methods"])
            axes.set(title=f"{attack_label(config, attack)}, round {number}", xlabel="", ylabel="")
        line[0].set_ylabel("PSNR (dB)")
    marks = [Line2D([], [], color=colour, marker="o", markersize=3.6, linestyle="none", label=name)
             for name, colour in COLOURS.items()]  # fmt: skip
    page.legend(handles=marks, loc="outside upper center", ncols=len(COLOURS))
    save_page(request, page, numbers)


def panel(axes: Axes, request: Request, rows: pd.DataFrame, methods: Sequence[str]) -> None:
    """One attack at one round: a point for the median of each draw, a bar for their mean, a cross for a failed search."""
    config = request.config
    draws = rows.groupby(["method", "setting", "seed"])["value"].median().reset_index()
    look = {"x": "method", "y": "value", "hue": "setting", "order": list(methods), "hue_order": list(COLOURS),
            "palette": COLOURS, "ax": axes}  # fmt: skip
    sns.pointplot(draws, **look, dodge=DODGE, estimator="mean", errorbar=None, linestyle="none", marker="_", markersize=9,
                  markeredgewidth=1.4, legend=False)  # fmt: skip
    sns.stripplot(draws, **look, dodge=True, jitter=False, size=3.6, legend=False)
    for row in rows[rows["failed"] == 1].itertuples():
        place = methods.index(row.method) + DODGE * (list(COLOURS).index(row.setting) / 2 - 0.5)
        axes.plot(place, row.value, "x", color=COLOURS[row.setting], markersize=2.6, markeredgewidth=0.6, alpha=0.8)
    base = draws[(draws["method"] == baseline(config)) & (draws["setting"] == SETTINGS["plain", "naive"])]["value"]
    if len(base):
        axes.axhline(base.mean(), color="#777777", linestyle=":", linewidth=0.9, zorder=0)
    for place in range(1, len(methods)):
        axes.axvline(place - 0.5, color="#EEEEEE", linewidth=0.6, zorder=0)
    axes.grid(axis="x", visible=False)
    axes.set_xticks(range(len(methods)), [method_label(config, request.notes, name) for name in methods], fontsize=5.8)


def remarks(rows: pd.DataFrame) -> list[str]:
    """What the marks are, and what is known of failed searches."""
    lost, known = failures(rows)
    said = f"Crosses: the {lost} of {known} searches that failed, each by itself." if lost else (
        f"None of {known} searches failed." if known else "These results do not tell whether a search failed.")  # fmt: skip
    return [f"{SCORES['psnr'].label} over {counted(rows)}: a dot is the median of a draw's images, a stroke the mean of the "
            f"draws. Dotted: FedAvg's plain gradient. At round 0 all methods but FedSAI hold one model. {said}"]  # fmt: skip
