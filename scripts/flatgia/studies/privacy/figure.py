"""Membership leakage over gradient leakage: a mark a model, a line a method through its rounds, shaded by sharpness."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure

PANELS = {
    "psnr_naive": "As sent, does not know the method",
    "psnr_knowing": "As sent, knows the method",
    "directions": "Without an attack",
}
AXIS = {"directions": "Image directions that survive 10⁻² ‖g‖"}
SHADES = "viridis_r"


def draw(
    page: Figure,
    models: pd.DataFrame,
    methods: list[str],
    psnr: str,
    label: Callable[[str], str],
    style: Callable[[str], dict[str, Any]],
) -> Axes:
    """Draws the panels from means over the seeds; gives the one whose marks the legend names."""
    means = models.groupby(["method", "round"], sort=False).mean(numeric_only=True).reset_index()
    sharpness = means["lambda_max"].dropna()
    low, high = sharpness.min(), sharpness.max()
    norm: Normalize = LogNorm(low, high) if 0 < low < high else Normalize(low, high if high > low else low + 1)
    shades = ScalarMappable(norm, SHADES)
    panels = page.subplots(1, len(PANELS), sharey=True)
    for axes, (name, title) in zip(panels, PANELS.items(), strict=True):
        axes.set_title(title)
        axes.set_xlabel(AXIS.get(name, psnr))
        for method in methods:
            line = means[means["method"] == method].dropna(subset=[name]).sort_values("round")
            marker = style(method)["marker"]
            height = 100 * line["auc_loss"]
            axes.plot(line[name], height, color="#BBBBBB", linewidth=0.7, zorder=1)
            for x, y, sharp in zip(line[name], height, line["lambda_max"], strict=True):
                fill = shades.to_rgba(sharp) if np.isfinite(sharp) else "white"
                axes.plot(
                    x, y, marker=marker, markersize=5.5, color=fill, linestyle="none", mec="#333333", mew=0.4, zorder=2
                )
            if len(line):
                last = f"{line['round'].iloc[-1]}"
                axes.annotate(
                    last, (line[name].iloc[-1], height.iloc[-1]), xytext=(4, 3), textcoords="offset points", fontsize=5
                )
    for method in methods:
        panels[0].plot(
            [], [], marker=style(method)["marker"], color="#777777", mew=0.4, linestyle="none", label=label(method)
        )
    panels[0].set_ylabel("Membership AUC, loss (%)")
    bar = page.colorbar(shades, ax=panels, label="λmax(H)", fraction=0.03, pad=0.01, format="%.3g")
    bar.ax.yaxis.set_minor_formatter("{x:.3g}")
    return panels[0]
