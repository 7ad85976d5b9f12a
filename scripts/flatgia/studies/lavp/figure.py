"""Heat maps of the rank correlations of proxies with MSE: a panel a model, a row a case."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from flatgia.curvature.proxies import LAVP, RISKY

COLUMNS = {
    "norm": "‖g‖",
    "lambda_max": "λmax",
    "lambda_min": "λmin",
    "trace": "tr H",
    "log_det": "log det H",
    "ridge": "tr (H+ε)⁻¹",
    "score": "(1−ηλ)²ᵀ",
    "i2f": "I2F",
}
LOSSES = {"l2": "L2", "cosine": "cosine"}
OPTIMISERS = {"descent": "descent", "adam": "Adam", "lbfgs": "L-BFGS"}
ROW = 0.17  # inches


def case_label(row: pd.Series) -> str:
    """`L2, Adam, 0.1`."""
    return f"{LOSSES[row['loss']]}, {OPTIMISERS[row['optimiser']]}, {row['start']}"


def panels_of(found: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Title and table, cases by proxies, of every model; a coefficient that is not defined is empty."""
    rows = found[(found["metric"] == "mse") & (found["statistic"] == "spearman") & found["proxy"].isin(RISKY)]
    panels = []
    for (model, method, number), mine in rows.groupby(["model", "method", "round"], sort=False):
        named = mine.assign(case=mine.apply(case_label, axis=1))
        table = named.pivot(index="case", columns="proxy", values="value").reindex(named["case"].unique())
        panels.append((f"{model} ({method}), round {number}", table.reindex(columns=list(COLUMNS))))
    return panels


def height(panels: list[tuple[str, pd.DataFrame]], across: int) -> float:
    """Inches of the page."""
    most = max(len(table) for _, table in panels)
    return -(-len(panels) // across) * (most * ROW + 0.8)


def draw(page: Figure, panels: list[tuple[str, pd.DataFrame]], across: int) -> None:
    """Draws all panels with one scale; the proxy that was stated for a loss is framed."""
    down = -(-len(panels) // across)
    grid = page.subplots(down, across, squeeze=False).flatten()
    for axes, (title, table) in zip(grid, panels, strict=False):
        last = axes is grid[min(across, len(panels)) - 1]
        sns.heatmap(
            table,
            ax=axes,
            vmin=-1,
            vmax=1,
            cmap="RdBu_r",
            annot=np.round(table.to_numpy(dtype=float), 1) + 0.0,
            fmt=".1f",
            annot_kws={"size": 5},
            linewidths=0.4,
            cbar=last,
            cbar_kws={"label": "Spearman", "shrink": 0.8},
            xticklabels=[COLUMNS[name] for name in table],
            yticklabels=True,
        )
        for place, case in enumerate(table.index):
            loss = next(name for name, word in LOSSES.items() if case.startswith(f"{word},"))
            column = list(table).index(LAVP[loss])
            axes.plot(
                [column, column + 1, column + 1, column, column],
                [place, place, place + 1, place + 1, place],
                color="black",
                linewidth=0.8,
                clip_on=False,
            )
        axes.set_title(title)
        axes.set_xlabel("")
        axes.set_ylabel("")
        axes.grid(False)
        axes.tick_params(length=0)
        axes.tick_params(axis="x", rotation=45)
        if axes not in grid[::across]:
            axes.set_yticklabels([])
    for axes in grid[len(panels) :]:
        axes.set_axis_off()
