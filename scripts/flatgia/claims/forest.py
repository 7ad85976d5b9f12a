"""claims: the paper's effects in PSNR and ours with their intervals, by section, in one picture."""

import textwrap
from collections.abc import Iterator
from typing import NamedTuple

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from flatgia.claims.verdicts import CONSTRUCTION, DIRECTION, MISSING, NOT, REPRODUCED, UNDECIDED
from flatgia.core.artifacts import artifact
from flatgia.plotting.look import BLUE, DOUBLE, GREEN, ORANGE, RED
from flatgia.plotting.page import new_page
from flatgia.plotting.request import Request

COLOURS = {REPRODUCED: GREEN, DIRECTION: BLUE, UNDECIDED: ORANGE, NOT: RED, CONSTRUCTION: "#999999"}
PANELS = {"claims": "settings of ours", "published_claims": "published settings"}
ROW = 0.125  # inches
LETTERS = 44  # of a line of a claim
REMARK = (
    "PSNR alone: the other metrics repeat its comparisons, and of log det H the paper gives no numbers. Dots and bars: ours "
    "with the 95 % interval, {over}. Strokes: the paper."
)


class Line(NamedTuple):
    """A line of the picture: a piece of a claim's text, its case, and ours by panel."""

    text: str
    case: str
    rows: dict[str, pd.Series]
    first: bool  # of its claim


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """The claims in decibels that were run, in the order of the document."""
    rows = table[table["group"].isin(PANELS) & (table["metric"] == "psnr")]
    return rows[rows["verdict"] != MISSING].reset_index(drop=True)


def lines_of(rows: pd.DataFrame, same: dict[str, str]) -> Iterator[Line]:
    """The lines; `same` are labels of attacks by those that stand on the same line."""
    cases: dict[str, dict[str, dict[str, pd.Series]]] = {}
    for _, row in rows.iterrows():
        case = row["case"].removeprefix("PSNR, ")
        for label, name in same.items():
            case = case.replace(label, name)
        claim = f"{row['section']}  {row['claim'].partition(' (circular')[0]}"
        cases.setdefault(claim, {}).setdefault(case, {})[row["group"]] = row
    for claim, found in cases.items():
        texts = textwrap.wrap(claim, LETTERS)
        names = list(found)
        for place in range(max(len(texts), len(names))):
            case = names[place] if place < len(names) else ""
            yield Line(texts[place] if place < len(texts) else "", case, found.get(case, {}), place == 0)


def draw(request: Request, table: pd.DataFrame, same: dict[str, str]) -> None:
    """Writes claims.png and claims.pdf: claims and cases down, a panel for each kind of settings."""
    rows = shown(table)
    lines = list(lines_of(rows, same))
    draws = rows["seeds"].dropna().astype(int)
    over = (
        "one draw: over its images alone"
        if draws.empty or draws.max() == 1
        else f"{draws.min()} to {draws.max()} draws"
    )
    page = new_page(request, DOUBLE, max(len(lines), 4) * ROW + 0.7, [REMARK.format(over=over)])
    names, *panels = page.subplots(1, 3, sharey=True, width_ratios=(2, 1, 1))
    names.set(ylim=(len(lines) - 0.4, -0.6), xlim=(0, 1))
    names.set_axis_off()
    for place, line in enumerate(lines):
        names.text(0, place, line.text, va="center", fontsize=5.6)
        names.text(1, place, line.case, va="center", ha="right", fontsize=5.6, color="#555555")
    for axes, (group, title) in zip(panels, PANELS.items(), strict=True):
        axes.sharex(panels[0])
        axes.set(title=title, xlabel="PSNR difference (dB)")
        axes.tick_params(left=False, labelleft=False)
        axes.grid(axis="y", visible=False)
        axes.spines["left"].set_visible(False)
        axes.axvline(0, color="#777777", linewidth=0.7)
        for place, line in enumerate(lines):
            if place and line.first:
                axes.axhline(place - 0.5, color="#DDDDDD", linewidth=0.5)
            if group in line.rows:
                _mark(axes, place, line.rows[group])
    for verdict in COLOURS:
        if (rows["verdict"] == verdict).any():
            axes.plot([], [], "o-", color=COLOURS[verdict], markersize=3.2, markeredgewidth=0, label=verdict)
    axes.plot([], [], "|", color="black", markersize=6, markeredgewidth=1.2, label="paper")
    page.legend(loc="outside upper center", ncols=6)
    for kind, metadata in (("pdf", {"CreationDate": None}), ("png", {"Software": None})):
        with artifact(request.out_dir / f"{request.name}.{kind}", request.record) as temporary:
            page.savefig(temporary, format=kind, dpi=200, metadata=metadata)
    plt.close(page)


def _mark(axes: Axes, place: int, row: pd.Series) -> None:
    colour = COLOURS[row["verdict"]]
    if pd.notna(row["low"]):
        axes.plot([row["low"], row["high"]], [place, place], color=colour, linewidth=1.2)
    axes.plot(row["ours"], place, "o", color=colour, markersize=3.2, markeredgewidth=0)
    if pd.notna(row["paper_value"]):
        axes.plot(row["paper_value"], place, "|", color="black", markersize=6, markeredgewidth=1.2)
