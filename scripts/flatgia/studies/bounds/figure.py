"""Bounds by batch size against what is possible; the channel against the curvature; Fisher beside the Hessian."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Style = Callable[[str], dict[str, Any]]
GREY = "#888888"
KINDS = {"fisher": "model's labels", "empirical": "data's labels", "covariance": "covariance"}


def draw(
    page: Figure, batches: pd.DataFrame, models: pd.DataFrame, channels: pd.DataFrame, label: Callable[[str], str], style: Style
) -> Axes:  # fmt: skip
    """Draws all panels; gives the one whose marks the legend names."""
    left, middle, right = page.subplots(1, 3, width_ratios=(1.15, 1, 1))
    _by_batch(left, batches, style)
    _channels(middle, models, channels, label, style)
    _cosines(right, models)
    return middle


def _by_batch(axes: Axes, batches: pd.DataFrame, style: Style) -> None:
    sizes = sorted(batches["batch"].unique())
    places = {batch: place for place, batch in enumerate(sizes)}
    methods = list(batches["method"].unique())
    for place, method in enumerate(methods):
        rows = batches[batches["method"] == method]
        x = rows["batch"].map(places) + 0.1 * (place - (len(methods) - 1) / 2)
        look = style(method) | {"linestyle": "none", "alpha": 0.8}
        axes.plot(x, rows["third"] / 1e3, markeredgewidth=0, **look)
        axes.plot(x, rows["fifth"] / 1e3, markerfacecolor="none", markeredgewidth=0.7, **look)
    most = batches.groupby("batch")["most"].first() / 1e3
    top = 1.25 * batches["fifth"].max() / 1e3
    bottom = 1.15 * min(batches["third"].min() / 1e3, -1.0)
    for batch, place in places.items():
        axes.fill_between([place - 0.4, place + 0.4], 0, min(most[batch], top), color="#E8F1E4", linewidth=0, zorder=0)
    axes.axhline(0, color=GREY, linewidth=0.6)
    axes.set_ylim(bottom, top)
    axes.set_xticks(range(len(sizes)), [str(batch) for batch in sizes])
    axes.grid(False, axis="x")
    axes.set_xlabel("Batch size B")
    axes.set_ylabel("10³ nats")
    axes.set_title("(3) full, (5) open")


def _channels(
    axes: Axes, models: pd.DataFrame, channels: pd.DataFrame, label: Callable[[str], str], style: Style
) -> None:
    plain = channels[channels["gradient"] == "plain"]
    means = plain.groupby(["method", "round", "seed"])[["channel", "channel_fixed"]].mean().reset_index()
    points = means.merge(models[["method", "round", "seed", "log_det"]])
    for method, rows in points.groupby("method", sort=False):
        look = style(str(method)) | {"linestyle": "none"}
        x = rows["log_det"] / 1e4
        axes.plot(x, rows["channel"] / 1e3, label=label(str(method)), markeredgewidth=0, **look)
        axes.plot(x, rows["channel_fixed"] / 1e3, markerfacecolor="none", markeredgewidth=0.7, **look)
    axes.set_xlabel("log det H (×10⁻⁴)")
    axes.set_ylabel("10³ nats an image")
    axes.set_title("Channel: σ in proportion full, fixed open")


def _cosines(axes: Axes, models: pd.DataFrame) -> None:
    names = {f"{kind}_cosine": words for kind, words in KINDS.items()}
    long = models.melt(["method", "round", "seed"], list(names), var_name="kind", value_name="cosine").replace(
        {"kind": names}
    )
    rounds = sorted(long["round"].unique())
    sns.stripplot(
        long, x="kind", y="cosine", hue="round", hue_order=rounds, ax=axes, size=3, jitter=False, dodge=True,
        palette=sns.color_palette("cividis", len(rounds)), order=list(names.values()),
    )  # fmt: skip
    axes.axhline(1, color=GREY, linewidth=0.6)
    axes.set_ylim(min(-0.05, float(np.floor(10 * long["cosine"].min()) / 10)), 1.08)
    axes.set_xlabel("")
    axes.set_ylabel("Cosine with H")
    axes.tick_params(axis="x", labelrotation=20)
    axes.legend(title="Round", fontsize=6, title_fontsize=6, loc="lower left")
    axes.set_title("Fisher beside Hessian")
