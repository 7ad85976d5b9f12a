"""claims: the paper's effects in PSNR and ours with their intervals, by section, in one picture."""

import textwrap

import matplotlib.pyplot as plt
import pandas as pd

from flatgia.claims.verdicts import CONSTRUCTION, DIRECTION, MISSING, NOT, REPRODUCED, UNDECIDED
from flatgia.core.artifacts import artifact
from flatgia.plotting.look import BLUE, GREEN, ORANGE, RED
from flatgia.plotting.page import new_page
from flatgia.plotting.request import Request

COLOURS = {REPRODUCED: GREEN, DIRECTION: BLUE, UNDECIDED: ORANGE, NOT: RED, CONSTRUCTION: "#999999"}
LINE = 0.135  # inches a row
LETTERS = 72  # of a row's name
REMARK = (
    "Claims of the paper in decibels of PSNR: what it names, and ours with the 95 % interval; the paper's other metrics repeat "
    "the comparisons, and of log det H it gives no numbers."
)


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """The claims in decibels that were run, in the order of the document."""
    rows = table[table["group"].isin(["claims", "published_claims"]) & (table["metric"] == "psnr")]
    return rows[rows["verdict"] != MISSING].reset_index(drop=True)


def draw(request: Request, table: pd.DataFrame) -> None:
    """Writes claims.png and claims.pdf: a row a claim and case, a heading a sentence."""
    rows = shown(table)
    lines: list[tuple[str, pd.Series | None]] = []
    before = None
    for _, row in rows.iterrows():
        sentence = (row["group"], row["section"], row["claim"])
        if sentence != before:
            text = f"{row['section']}: {row['claim'].partition(' (circular')[0]}"
            lines += [(part, None) for part in textwrap.wrap(text, LETTERS)]
        lines.append((row["case"].removeprefix("PSNR, "), row))
        before = sentence
    draws = rows["seeds"].dropna().astype(int)
    over = "one draw" if draws.empty or draws.max() == 1 else f"{draws.min()} to {draws.max()} draws"
    page = new_page(request, 6.8, max(len(lines), 4) * LINE + 0.5, [REMARK, f"Intervals: {over}; see the document."])
    axes = page.subplots()
    axes.axvline(0, color="#777777", linewidth=0.7)
    for place, (text, row) in enumerate(lines):
        axes.text(-0.01, place, text, transform=axes.get_yaxis_transform(), ha="right", va="center", fontsize=5.4,
                  fontweight="bold" if row is None else "normal")  # fmt: skip
        if row is None:
            continue
        colour = COLOURS[row["verdict"]]
        if pd.notna(row["low"]):
            axes.plot([row["low"], row["high"]], [place, place], color=colour, linewidth=1.2)
        axes.plot(row["ours"], place, "o", color=colour, markersize=3.2, markeredgewidth=0)
        if pd.notna(row["paper_value"]):
            axes.plot(row["paper_value"], place, "|", color="black", markersize=6, markeredgewidth=1.2)
    axes.set(ylim=(len(lines) - 0.4, -0.6), yticks=[], xlabel="PSNR difference (dB)")
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)
    for verdict, colour in COLOURS.items():
        if (rows["verdict"] == verdict).any():
            axes.plot([], [], "o-", color=colour, markersize=3.2, markeredgewidth=0, label=verdict)
    axes.plot([], [], "|", color="black", markersize=6, markeredgewidth=1.2, label="paper")
    page.legend(loc="outside upper center", ncols=6)
    for kind, metadata in (("pdf", {"CreationDate": None}), ("png", {"Software": None})):
        with artifact(request.out_dir / f"{request.name}.{kind}", request.record) as temporary:
            page.savefig(temporary, format=kind, dpi=200, metadata=metadata)
    plt.close(page)
