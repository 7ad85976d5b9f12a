"""updates: tables of what comes back and of the sentences judged; the figure is in figure.py."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from flatgia.claims.interval import estimate
from flatgia.plotting.look import method_label
from flatgia.plotting.page import common_remarks, save_csv
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.studies.updates import figure, rounds_of
from flatgia.studies.updates.attackers import ATTACKERS
from flatgia.studies.updates.case import Case
from flatgia.studies.updates.read import CASE, PLACE, cases_in, per_image, read_scores, searches
from flatgia.studies.updates.verdicts import MARKS, NEAR, came_back, judged, last_back

OTHERS = ("ssim", "lpips", "mse")
READING = [
    "Mean PSNR in dB over the images. Blind: the mean image of the label among the other clients' images, which needs no "
    f"update. + : the interval of the mean gain over it lies above {NEAR:g} dB, something comes back; − : below, nothing "
    "does; ? : across. With one draw the interval is over its images.",
    "Every attacker is given the labels, learning rate and weight decay. Update as a gradient: one plain step on all images. "
    "Plain steps, the method's steps: the local steps are simulated, batches known. Order unknown: the method's steps, the "
    "images divided among batches at random. Each of these also begins at the first one's answer, and gives what explains "
    "the update best. A cell = is what stands to its left, since nothing differs.",
    "In brackets after a number: searches that failed, where the truth explains the update and the answer does not.",
]


def make(request: Request) -> None:
    """updates: what comes back from the weights a client returns after several local steps, by what the attacker knows.

    Claim of the paper (Table 1): a client's gradient is shared. Here it is what FedAvg shares: an update.
    Inputs: --scores of `studies.updates`.
    Expect: with few images in known batches a simulation gets them back, and SAM protects only from one who does not
    simulate its ascent.
    """
    config, section = request.config, request.config["studies"]["updates"]
    methods, rounds = section["methods"], rounds_of(config)
    label = partial(method_label, config, request.notes)
    rows = read_scores(request.files["scores"])
    table, runs = per_image(rows), searches(rows)
    cases = cases_in(table)
    summary = summarised(table, runs)
    draws = table["seed"].nunique()
    said = f"{draws} draw{'s' * (draws > 1)} of the federation, {table['image'].nunique()} images at most."
    reach = [
        f"Comes back, round {number}, {label(method)}, {name}: {last_back(part, cases)}."
        for number in rounds
        for method in methods
        for attacker, name in ATTACKERS.items()
        if len(part := _of(summary, method, number, attacker))
    ]
    figure.draw(request, table, summary, cases, said)
    header = ["Round", "Images", "B", "Steps", "Method", "Blind", *map(str.capitalize, ATTACKERS.values())]
    blocks = [
        [
            [str(number), *map(str, case), label(method), *_cells(summary, method, number, case)]
            for case in cases
            for method in methods
        ]
        for number in rounds
    ]
    notes = [*READING, *reach, said, *common_remarks(request)]
    caption = "What comes back from an update"
    write_small_table(request, f"Updates: {caption.lower()}", caption, header, blocks, notes, left=5)
    _write_claims(request, table, cases, said)


def summarised(table: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """A row per line of the table and attacker: means, the interval of the gain, the verdict, the best image, searches."""
    found: list[dict[str, Any]] = []
    for names, part in table.groupby([*PLACE, "attacker"], sort=False):
        about = dict(zip([*PLACE, "attacker"], names, strict=True))
        gain = estimate(part.set_index(["seed", "image"])["gain"])
        mine = runs[(runs[list(about)] == list(names)).all(axis=1)]
        means = {name: part[name].mean() for name in ("psnr", "blind", *OTHERS) if name in part}
        # Of one value there is no interval; it stands for itself in the CSV.
        low, high = (gain.mean if end is None else end for end in (gain.low, gain.high))
        found.append(
            about
            | means
            | {"gain": gain.mean, "low": low, "high": high, "median_gain": part["gain"].median()}
            | {"best_gain": part["gain"].max(), "above": float((part["gain"] > NEAR).mean())}
            | {"searches": len(mine), "failed": int(mine["failed"].sum()), "seeds": gain.seeds}
            | {"verdict": came_back(gain)}
        )
    return pd.DataFrame(found)


def _of(summary: pd.DataFrame, method: str, number: int, attacker: str) -> pd.DataFrame:
    rows = (summary["method"] == method) & (summary["round"] == number) & (summary["attacker"] == attacker)
    return summary[rows]


def _cells(summary: pd.DataFrame, method: str, number: int, case: Case) -> list[str]:
    """The blind guess, then each attacker."""
    here = (summary["method"] == method) & (summary["round"] == number) & (summary[CASE] == list(case)).all(axis=1)
    lines = {row.attacker: row for row in summary[here].itertuples()}
    if not lines:
        return [""] * (1 + len(ATTACKERS))
    cells = [f"{next(iter(lines.values())).blind:.2f}"]
    for attacker in ATTACKERS:
        if attacker not in lines:
            cells.append("=")
            continue
        row = lines[attacker]
        cells.append(f"{row.psnr:.2f} {MARKS[row.verdict]}" + (f" ({row.failed}/{row.searches})" if row.failed else ""))
    return cells


def _write_claims(request: Request, table: pd.DataFrame, cases: Sequence[Case], said: str) -> None:
    """NAME_claims.md, .tex and .csv: a line a sentence."""
    config, section = request.config, request.config["studies"]["updates"]
    label = partial(method_label, config, request.notes)
    found = list(judged(table, section["methods"], rounds_of(config), cases, label))
    named = replace(request, name=f"{request.name}_claims")
    lines = [[one.sentence, one.where, one.found.replace("-", "−"), one.verdict] for one in found]
    notes = [
        "PSNR of the first side minus the second's, paired by image; in brackets 95 % over draws and images. Holds, refuted: "
        "the whole interval has that sign. Nothing to compare: neither side gets anything back. SAM against the first "
        "method under the attacker who models that one's steps.",
        said,
        *common_remarks(request),
    ]
    caption = "The sentences about updates"
    header = ["Sentence", "Where", "Found", "Verdict"]
    write_small_table(named, f"Updates: {caption.lower()}", caption, header, [lines], notes, left=4)
    save_csv(named, pd.DataFrame([one._asdict() for one in found]))
