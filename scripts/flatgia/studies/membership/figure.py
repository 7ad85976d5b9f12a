"""membership: the ROC on logarithmic axes, AUC by model, and the histogram of memorisation."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from flatgia.plotting.look import DASHES, METHOD_COLOURS
from flatgia.studies.membership.attacks import ATTACKS

ROC = ("confidence", "lira_fixed")
SHOWN = ("votes", "confidence", "modified", "lira", "lira_fixed", "rmia")


def colours(labels: Mapping[str, str]) -> dict[str, Any]:
    """A colour an optimiser, by its place."""
    return {label: METHOD_COLOURS[place % len(METHOD_COLOURS)] for place, label in enumerate(labels.values())}


def draw(page: Figure, scores: pd.DataFrame, curves: pd.DataFrame, labels: Mapping[str, str]) -> Axes:
    """Draws the four panels; gives the one whose lines the legend names."""
    shades = colours(labels)
    panels = page.subplots(1, 4, width_ratios=[1, 1, 1.5, 1.2])
    for axes, attack in zip(panels, ROC, strict=False):
        for place, (name, label) in enumerate(labels.items()):
            line = curves[(curves["optimiser"] == name) & (curves["curve"] == attack) & (curves["mean"] > 0)]
            look = {"color": shades[label], "linestyle": DASHES[place % len(DASHES)]}
            axes.plot(line["x"], line["mean"], label=label, linewidth=0.9, **look)
            axes.fill_between(
                line["x"], line["low"].clip(lower=1e-5), line["high"], color=shades[label], alpha=0.15, linewidth=0
            )
        mine = curves[(curves["curve"] == attack) & (curves["mean"] > 0)]
        low = mine["x"].min() if len(mine) else 1e-3
        axes.plot([low, 1], [low, 1], color="#888888", linewidth=0.6)
        axes.set(xscale="log", yscale="log", xlabel="False positive rate", title=ATTACKS[attack][0])
        axes.set_ylim(bottom=low / 2)
    panels[0].set_ylabel("True positive rate")
    models = scores[(scores["number"] == "auc") & scores["attack"].isin(SHOWN)].assign(
        optimiser=scores["optimiser"].map(dict(labels)), attack=scores["attack"].map({key: SHORT[key] for key in SHOWN})
    )
    models = models[models["epoch"] == models["epoch"].max()]
    sns.boxplot(
        models, x="value", y="attack", hue="optimiser", order=[SHORT[key] for key in SHOWN], palette=shades, legend=False,
        ax=panels[2], fill=False, linewidth=0.7, fliersize=0.8, width=0.75, hue_order=list(labels.values()),
    )  # fmt: skip
    panels[2].set(xlabel="AUC (%)", ylabel="", title="A box over the models")
    panels[2].axvline(50, color="#888888", linewidth=0.6)
    for place, (name, label) in enumerate(labels.items()):
        bars = curves[(curves["optimiser"] == name) & (curves["curve"] == "memorisation") & (curves["x"] >= 0)]
        look = {"color": shades[label], "linestyle": DASHES[place % len(DASHES)]}
        panels[3].plot(bars["x"], bars["mean"], drawstyle="steps-mid", linewidth=0.9, **look)
    panels[3].set(xlabel="Memorisation", ylabel="Images (%)", title="Share by memorisation", ylim=(0, None))
    return panels[0]


SHORT = {
    "votes": "Label only", "confidence": "Confidence", "modified": "Mod. entropy", "lira": "LiRA",
    "lira_fixed": "LiRA, one var.", "rmia": "RMIA",
}  # fmt: skip
