"""Four panels: labels read against the norm's weights, SAM's radius and the number of clients; and what hides a model."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from flatgia.plotting.look import BLACK, BLUE, GREEN, ORANGE, PURPLE, RED

COLOURS = (BLUE, RED, GREEN, ORANGE, PURPLE, BLACK)
MARKERS = ("o", "s", "^", "D", "v", "p")


def lines_of(rounds: pd.DataFrame) -> int:
    """How many lines of two panels `draw` needs: of the four those whose part was run."""
    return -(-len(_there(rounds)) // 2)


def _there(rounds: pd.DataFrame) -> list[str]:
    return [name for name in ("gamma", "methods", "clients", "stealth") if (rounds["part"] == name).any()]


def draw(page: Figure, rounds: pd.DataFrame, methods: Mapping[str, Mapping[str, Any]]) -> None:
    """Draws them; lines are means over the seeds, bands reach from the least to the largest."""
    panels: dict[str, Callable[[Axes, pd.DataFrame], None]] = {
        "gamma": by_gamma, "methods": partial(by_rho, methods=methods), "clients": by_clients, "stealth": stealth,
    }  # fmt: skip
    there = _there(rounds)
    grid = page.subplots(lines_of(rounds), 2, squeeze=False).ravel()
    for axes in grid[len(there) :]:
        axes.set_axis_off()
    for axes, name, letter in zip(grid, there, "abcd", strict=False):
        panels[name](axes, rounds[rounds["part"] == name])
        axes.set_title(f"({letter}) {axes.get_title()}")
        if name != "stealth":
            axes.set_ylim(None, 102)
            axes.set_ylabel("Labels read (%)")


def _lines(axes: Axes, rows: pd.DataFrame, x: str, hue: str, **more: Any) -> None:
    names = list(dict.fromkeys(rows[hue]))
    sns.lineplot(
        data=rows.assign(share=100 * rows["right"]), x=x, y="share", hue=hue, hue_order=names, errorbar=("pi", 100),
        palette=list(COLOURS[: len(names)]), markersize=4, markeredgewidth=0, ax=axes, err_kws={"linewidth": 0}, **more,
    )  # fmt: skip


def by_gamma(axes: Axes, rows: pd.DataFrame) -> None:
    """Weights of the norm, at equal distances since 0 is one of them; a line for each number of images."""
    order = sorted(rows["gamma"].unique())
    rows = rows.assign(place=rows["gamma"].map(order.index), batch=rows["images"].map("{} images".format))
    _lines(axes, rows, "place", "batch", style="batch", markers=list(MARKERS[: rows["batch"].nunique()]), dashes=False)
    axes.set_xticks(range(len(order)), [f"{gamma:g}" for gamma in order])
    axes.set_xlabel("Weights of the norm, of the honest ones")
    axes.set_title("The norm lets images through")
    axes.legend(title=None)


def by_rho(axes: Axes, rows: pd.DataFrame, methods: Mapping[str, Mapping[str, Any]]) -> None:
    """SAM's radius; a line for each strength, dashed for the server that does not know."""
    rows = rows[[methods[name]["rule"] in ("fedavg", "fedsam") for name in rows["method"]]]
    rho = rows["method"].map(lambda name: methods[name].get("rho", 0.0))
    undefended = rows[rho == 0].assign(server="aware")
    rows = pd.concat([rows, undefended]).assign(rho=pd.concat([rho, rho[rho == 0]]))
    rows = rows.rename(columns={"server": "Server"}).assign(Strength=rows["strength"].map("{:g}".format))
    _lines(
        axes,
        rows.reset_index(drop=True),
        "rho",
        "Strength",
        style="Server",
        style_order=["aware", "naive"],
        markers=["o", "X"],
    )
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.6 * (high - low), None)  # room for the legend
    axes.legend(ncols=2, loc="lower left")
    axes.set_xlabel("ρ of FedSAM")
    axes.set_title("SAM on the clients")


def by_clients(axes: Axes, rows: pd.DataFrame) -> None:
    """Clients in the sum; a dotted line at each network's limit, a cross where there are more."""
    names = list(dict.fromkeys(rows["network"]))
    within = rows[rows["clients"] <= rows["channels"] + 1]
    _lines(axes, within, "clients", "network", style="network", markers=list(MARKERS[: len(names)]), dashes=False)
    for name, colour in zip(names, COLOURS, strict=False):
        mine = rows[rows["network"] == name]
        axes.axvline(mine["channels"].iloc[0] + 1, color=colour, linestyle=":", linewidth=0.8)
        more = mine[mine["clients"] > mine["channels"] + 1]
        axes.plot(more["clients"], 100 * more["right"], "x", color=colour, markersize=4)
    axes.set_xscale("log")
    axes.set_xlabel("Clients in the sum")
    axes.set_title("Limits: channels of the norm + 1 (dotted)")
    axes.legend(title=None, loc="lower left")


def stealth(axes: Axes, rows: pd.DataFrame) -> None:
    """How far models lie from the honest one against how well they tell clients apart, at the largest weights."""
    gamma = rows["gamma"].max()
    rows = rows[rows["gamma"] == gamma]
    groups = rows.groupby(["design", "strength"], sort=False)[["distance", "least", "right"]].mean().reset_index()
    shades: dict[str, Any] = {"vmin": 0, "vmax": 100, "cmap": "viridis"}
    for name, marker in zip(dict.fromkeys(groups["design"]), MARKERS, strict=False):
        mine = groups[(groups["design"] == name) & (groups["least"] > 0)]
        axes.plot(mine["distance"], mine["least"], color="#BBBBBB", linewidth=0.7, zorder=1)
        marks = axes.scatter(
            mine["distance"], mine["least"], c=100 * mine["right"], marker=marker, s=22, edgecolor="#333333",
            linewidth=0.4, label=name, zorder=2, **shades,
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("‖βᵢ − β‖, how far a model shows")
    axes.set_ylabel("Least singular value of (E, 1)")
    axes.set_title(f"Stealth against conditioning, weights {gamma:g}")
    axes.legend(title=None)
    axes.figure.colorbar(marks, ax=axes, label="Labels read (%)", pad=0.01)
