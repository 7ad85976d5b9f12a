"""shift: table and figure of predicted against reached PSNR."""

from functools import partial
from pathlib import Path

import pandas as pd
from scipy.stats import spearmanr

from flatgia.core.errors import FlatgiaError
from flatgia.metrics.scores import SCORES
from flatgia.plotting.curves import legend
from flatgia.plotting.look import DOUBLE, attack_label, method_label, method_style
from flatgia.plotting.measures import counted, read_measures
from flatgia.plotting.page import common_remarks, new_page, save_page
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.studies.rounds import rounds_of
from flatgia.studies.rows import read_rows

COLUMNS = ["method", "round", "seed", "image", "disturbance", "number", "value"]
KEYS = COLUMNS[:4]
FEW = 5  # images below which no rank correlation is shown
READING = [
    "PSNR in dB, means over the images. Ridge: dx = (JᵀJ + ε)⁻¹ Jᵀ(g sent − g), ε from the attack's total variation; it cannot "
    "draw the truth itself elsewhere. Prior: the attack's own cost and prior, each to first order at the truth. Both are fixed "
    "before any answer is seen; where many pixels move far, first order says too much.",
    "Random: the plain gradient at weights moved as far as the method moves them, any way. Noise: as much isotropic noise as "
    "the method changes the gradient by. Each by the prior, and as reached by the first attack, which is given the label.",
]


def make(request: Request) -> None:
    """shift: PSNR predicted to first order, without an attack, beside what naive attacks reach, per image.

    Claim of the paper (Table 1, round 0): FedSAM and its kin resist gradient inversion, with the very weights FedAvg has.
    Inputs: --shifts of `studies.shift`; --metrics of its attacks on the same methods at the rounds `table`, sent and naive.
    Expect: if the defence is that the attacker models another gradient, the predictions lie near what is reached.
    """
    config, section = request.config, request.config["studies"]["shift"]
    methods, rounds, attacks = section["methods"], rounds_of(config, "shift"), section["attacks"]
    numbers = read_shifts(request.files["shifts"])
    reached = read_measures(request.files["metrics"])
    reached = reached[(reached["metric"] == "psnr") & (reached["batch"] == 1)].merge(numbers[KEYS])
    if reached.empty:
        mend = "give the CSVs of the same methods and rounds"
        raise FlatgiaError("--metrics", "none is of an image of --shifts", mend)
    wide = reached.pivot_table(index=KEYS, columns="attack", values="value")
    table = numbers.join(wide[attacks], on=KEYS, how="inner")
    label = partial(method_label, config, request.notes)
    remarks = [f"{counted(reached)}.", *_agreement(table, attacks, config)]

    page = new_page(request, DOUBLE, 2.5, ["A mark an image; on the line prediction and answer agree.", *remarks])
    panels = page.subplots(1, len(attacks), sharey=True, squeeze=False)[0]
    for axes, attack in zip(panels, attacks, strict=True):
        for method in methods:
            mine = table[table["method"] == method]
            look = method_style(config, method) | {"linestyle": "none", "markersize": 2.2, "alpha": 0.7}
            axes.plot(mine["sent_prior"], mine[attack], label=label(method), markeredgewidth=0, **look)
        ends = [table[["sent_prior", *attacks]].min(axis=None), table[["sent_prior", *attacks]].max(axis=None)]
        axes.plot(ends, ends, color="#888888", linewidth=0.6)
        axes.set_title(attack_label(config, attack))
        axes.set_xlabel("Predicted PSNR (dB)")
    panels[0].set_ylabel("Reached PSNR (dB)")
    legend(page, panels[0])
    save_page(request, page, table.drop(columns=[name for name in table if name.endswith("_weight")]))

    blocks = []
    for number in rounds:
        block = []
        for method in methods:
            mine = table[(table["round"] == number) & (table["method"] == method)]
            if mine.empty:
                continue
            mean = mine.drop(columns="method").mean()
            db = [SCORES["psnr"].text(mean[name]) for name in ("sent_ridge", "sent_prior", *attacks)]
            rank = _rank(mine["sent_prior"], mine[attacks[0]])
            others = [
                cell
                for kind in ("random", "noise")
                for cell in (
                    f"{mean[f'{kind}_relative']:.3f}",
                    SCORES["psnr"].text(mean[f"{kind}_prior"]),
                    SCORES["psnr"].text(mean[f"{kind}_reached"]),
                )
            ]
            size = [f"{mean['sent_perturbation']:.2f}", f"{mean['sent_relative']:.3f}"]
            block.append([str(number), label(method), *size, *db, rank, *others])
        blocks.append(block)
    first = attack_label(config, attacks[0])
    header = [
        "Round", "Method", "‖δ‖", "‖Δg‖/‖g‖", "Ridge", "Prior", *(attack_label(config, name) for name in attacks), "Spearman",
        "Random: ‖Δg‖/‖g‖", "prior", first, "Noise: ‖Δg‖/‖g‖", "prior", first,
    ]  # fmt: skip
    caption = "The first-order shift of a wrong model"
    text = [*READING, *remarks, *common_remarks(request)]
    write_small_table(request, f"Shift: {caption.lower()}", caption, header, blocks, text, left=2)


def read_shifts(paths: list[Path]) -> pd.DataFrame:
    """Columns `KEYS`, and DISTURBANCE_NUMBER for each number. Raises `FlatgiaError` on a foreign or damaged file."""
    rows = read_rows(paths, COLUMNS, "shift", "shifts")
    name = rows["disturbance"] + "_" + rows["number"]
    return rows.assign(name=name).pivot(index=KEYS, columns="name", values="value").reset_index()


def _rank(predicted: pd.Series, reached: pd.Series) -> str:
    if len(predicted) < FEW or predicted.nunique() < 2 or reached.nunique() < 2:
        return ""
    return f"{spearmanr(predicted, reached).statistic:.2f}"


def _agreement(table: pd.DataFrame, attacks: list[str], config: dict) -> list[str]:
    """How far the prediction lies from what is reached, at each round."""
    lines = []
    for attack in attacks:
        cells = []
        for number, mine in table.groupby("round"):
            apart = (mine["sent_prior"] - mine[attack]).abs()
            rank = _rank(mine["sent_prior"], mine[attack])
            cells.append(f"{apart.median():.1f} dB at round {number}" + (f" (Spearman {rank})" if rank else ""))
        lines.append(
            f"Between prediction and {attack_label(config, attack)}, in the median over images: {', '.join(cells)}."
        )
    return lines
