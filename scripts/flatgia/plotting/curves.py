"""Lines with bands: one line per group of a summary."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

FEW = 6  # up to so many places on the x axis each gets its tick


def draw_lines(
    axes: Axes,
    summary: pd.DataFrame,
    x: str,
    by: str,
    order: Sequence[Any],
    label: Callable[[Any], str],
    style: Callable[[Any], dict[str, Any]],
) -> None:
    """Draws mean over `x`, a line per value of `by` with a band of one standard error."""
    for name in order:
        line = summary[summary[by] == name].sort_values(x)
        look = style(name)
        axes.plot(line[x], line["mean"], label=label(name), markeredgewidth=0, **look)
        if line["se"].notna().all():
            low, high = line["mean"] - line["se"], line["mean"] + line["se"]
            if len(line) > 1:
                axes.fill_between(line[x], low, high, color=look["color"], alpha=0.15, linewidth=0)
            else:
                axes.errorbar(line[x], line["mean"], line["se"], color=look["color"], linewidth=0.8, capsize=2)
    ticks(axes, summary[x].unique())


def ticks(axes: Axes, places: Sequence[Any]) -> None:
    """A tick at each place when they are few, whole numbers otherwise."""
    if len(places) <= FEW:
        axes.set_xticks(sorted(places))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))


def panels(figure: Figure, titles: Sequence[Hashable], columns: int) -> tuple[list[Axes], list[Axes]]:
    """Axes for the titles, row by row, and the empty ones left over (switched off)."""
    columns = min(columns, len(titles))
    rows = -(-len(titles) // columns)
    grid = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for axes, title in zip(grid, titles, strict=False):
        axes.set_title(str(title))
    for axes in grid[len(titles) :]:
        axes.set_axis_off()
    return grid[: len(titles)], grid[len(titles) :]


def legend(figure: Figure, axes: Axes, spare: Sequence[Axes] = (), columns: int = 5) -> None:
    """One legend for all panels: in the first empty place, else above them."""
    handles, labels = axes.get_legend_handles_labels()
    if spare:
        spare[0].legend(handles, labels, loc="center", fontsize=7.5, labelspacing=0.8)
    else:
        figure.legend(handles, labels, loc="outside upper center", ncols=min(columns, len(labels)))
