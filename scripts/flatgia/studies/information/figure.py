"""The spectra of J at the rounds of the table, and below them the directions that survive, against accuracy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Style = Callable[[str], dict[str, Any]]
SHOWN = 65  # places of a spectrum
PANELS = 3
BELOW = {
    "directions_0.01": "Survive 10⁻² ‖g‖",
    "directions_fixed_0.01": "Survive a fixed noise",
    "log_det": "log det JᵀJ",
}


def medians(rows: pd.DataFrame) -> pd.DataFrame:
    """Columns method, round, seed, gradient, place, value: medians over the images of s_k / ||g||, at `SHOWN` places."""
    found = []
    for (method, number, seed, gradient), group in rows.groupby(["method", "round", "seed", "gradient"], sort=False):
        values = np.stack(group["values"].to_list()) / np.maximum(group["norm"].to_numpy(), 1e-300)[:, None]
        places = np.unique(np.linspace(0, values.shape[1] - 1, SHOWN).round().astype(int))
        about = {"method": method, "round": number, "seed": seed, "gradient": gradient}
        middle = np.median(values, 0)
        found += [about | {"place": int(place) + 1, "value": float(middle[place])} for place in places]
    return pd.DataFrame(found)


def draw(
    page: Figure,
    lines: pd.DataFrame,
    averages: pd.DataFrame,
    rounds: list[int],
    label: Callable[[str], str],
    style: Style,
) -> Axes:
    """Draws both rows; gives the panel whose lines the legend names."""
    top, bottom = page.subfigures(2, 1, squeeze=False)[:, 0]
    above = top.subplots(1, len(rounds[:PANELS]), sharey=True, squeeze=False)[0]
    for axes, number in zip(above, rounds, strict=False):
        axes.set_title(f"Round {number}")
        axes.set_xlabel("Singular value")
        axes.set_yscale("log")
        for (method, gradient), line in lines[lines["round"] == number].groupby(["method", "gradient"], sort=False):
            groups = line.groupby("place")["value"]
            middle, look = groups.mean(), style(method)
            dashed = gradient == "sent"
            axes.plot(
                middle.index,
                middle.clip(lower=1e-12),
                label=None if dashed else label(method),
                color=look["color"],
                linestyle=":" if dashed else "-",
                linewidth=0.9,
            )
            if line["seed"].nunique() > 1 and not dashed:
                low, high = groups.min().clip(lower=1e-12), groups.max().clip(lower=1e-12)
                axes.fill_between(middle.index, low, high, color=look["color"], alpha=0.15, linewidth=0)
    above[0].set_ylabel("sₖ / ‖g‖, median over images")
    for axes, (name, title) in zip(bottom.subplots(1, len(BELOW)), BELOW.items(), strict=True):
        axes.set_title(title)
        axes.set_xlabel("Test accuracy (%)")
        for method, points in averages[averages["gradient"] == "plain"].groupby("method", sort=False):
            look = style(str(method)) | {"linestyle": "none"}
            axes.plot(points["accuracy"], points[name], markeredgewidth=0, **look)
    return above[0]
