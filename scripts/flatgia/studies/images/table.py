"""images: table, figure and verdicts of ten images beside all of them."""

from functools import partial

import pandas as pd

from flatgia.claims.claim import plain
from flatgia.claims.verdicts import equality
from flatgia.core.errors import FlatgiaError
from flatgia.metrics.scores import SCORES
from flatgia.plotting.look import attack_label, method_label
from flatgia.plotting.measures import failures, read_measures
from flatgia.plotting.page import common_remarks
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.studies.axes import AXES, SETTING
from flatgia.studies.images import TEN
from flatgia.studies.images.compare import claims, first_ten, same_images, summary, ten_beside_others
from flatgia.studies.images.figure import draw
from flatgia.studies.judged import Judged, about_draws, judge, write_judged
from flatgia.studies.rounds import rounds_of
from flatgia.studies.values import KEYS, every, values_of

SAME = "The ten's mean is that of the other images"
READING = [
    "PSNR in dB. Mean without failed searches, in brackets its 95 % interval; median over all, failures counted behind. "
    "Sets: lowest and highest mean of the sets of ten, each with one image of every class.",
]


def make(request: Request) -> None:
    """images: PSNR of ten images beside that of fifty, and whether fifty would decide otherwise.

    Claim of the paper (4.3): what Table 1 shows is the mean over ten target samples.
    Inputs: --images, metrics of all images of `studies.images`; --metrics of the run's own targets in the same cases.
    Expect: if ten are enough, fifty have the same verdicts, and the ten's mean is within 1 dB of the others'.
    """
    config, section = request.config, request.config["studies"]["images"]
    label = partial(method_label, config, request.notes)
    rows = read_measures(request.files["images"])
    rows = rows[(rows["metric"] == "psnr") & rows["round"].isin(rounds_of(config, "images"))]
    count = rows.groupby([*KEYS, "seed"])["image"].nunique()
    if count.min() != section["images"]:
        what = f"a case has {count.min()} images, and studies.images.images is {section['images']}"
        raise FlatgiaError("--images", what, "give the CSVs of this config")
    table = summary(rows)
    order = {name: place for place, name in enumerate([*section["methods"], *SETTING.values(), *section["attacks"]])}
    table["place"] = [
        (order[row.attack], row.round, order[row.method], order[SETTING[row.gradient, row.attacker]])
        for row in table.itertuples()
    ]
    table = table.sort_values("place").drop(columns="place")
    remarks = _about(rows, read_measures(request.files["metrics"]))
    draw(request, rows, table, [*remarks, "Box: quartiles of all images."])
    blocks: dict[tuple[str, int], list[list[str]]] = {}
    for row in table.to_dict("records"):
        about = [attack_label(config, row["attack"]), str(row["round"]), label(row["method"])]
        axes = AXES[row["gradient"], row["attacker"]]
        cells = [*_cells(row, "ten"), *_cells(row, "all")]
        sets = f"{row['set_lowest']:.2f} to {row['set_highest']:.2f}"
        blocks.setdefault((row["attack"], row["round"]), []).append([*about, axes, *cells, sets])
    header = ["Attack", "Round", "Method", "Setting", f"Mean of {TEN}", f"Median of {TEN}", f"Mean of {section['images']}",
              f"Median of {section['images']}", f"Sets of {TEN}"]  # fmt: skip
    caption = f"Ten images, and {section['images']}"
    text = [*READING, *remarks, *common_remarks(request)]
    write_small_table(request, f"Images: {caption.lower()}", caption, header, list(blocks.values()), text, left=4)
    _write_claims(request, rows, remarks)


def _cells(row: dict[str, float], name: str) -> list[str]:
    mean, low, high, middle = (SCORES["psnr"].text(row[f"{name}_{word}"]) for word in ("mean", "low", "high", "median"))
    lost = row[f"{name}_failed"]
    return [f"{mean} [{low}, {high}]", middle + (f" ({lost} failed)" if lost else "")]


def _about(rows: pd.DataFrame, few: pd.DataFrame) -> list[str]:
    images, seeds = rows["image"].nunique(), rows["seed"].nunique()
    same, apart = same_images(rows, few)
    lost, known = failures(rows)
    said = [f"{images} images × {seeds} draw{'s' * (seeds > 1)}; {lost} of {known} searches failed."]
    if same:
        said.append(
            f"{same} of these reconstructions are of the run's own targets, attacked there too: "
            f"the two differ by {apart:.2g} dB at most."
        )
    return said


def _write_claims(request: Request, rows: pd.DataFrame, remarks: list[str]) -> None:
    config, section = request.config, request.config["studies"]["images"]
    label = partial(method_label, config, request.notes)
    whole, ten = values_of(rows, every), values_of(rows, first_ten)
    lines: list[list[Judged]] = []
    for attack in section["attacks"]:
        lines += [[judge(claim, ten), judge(claim, whole)] for claim in claims(config, attack, label)]
    agree = sum(few.verdict == many.verdict for few, many in lines)
    apart = []
    for key, values in whole.items():
        found = ten_beside_others(values)
        verdict, _ = equality("psnr", found, list(found.by_seed))
        low, high = (plain("psnr", end) if end is not None else "" for end in (found.low, found.high))
        where = f"{label(key.method)}, {key.setting}, round {key.round}"
        apart.append(f"{where}: {plain('psnr', found.mean)} [{low}, {high}], {verdict}")
    said = [
        f"Of {len(lines)} statements {agree} have the same verdict from {TEN} images as from {section['images']}.",
        f"{SAME} (reproduced: the interval lies within 1 dB; dB): {'; '.join(apart)}.",
        about_draws(rows["seed"].nunique()),
        *remarks,
    ]
    heading = f"Images: would {section['images']} images decide otherwise than {TEN}?"
    write_judged(request, heading, [f"{TEN} images", f"{section['images']} images"], lines, said)
