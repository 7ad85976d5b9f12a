"""readings: which reading of what the paper leaves open agrees with its numbers at round 0."""

import itertools
from pathlib import Path

import pandas as pd

from flatgia.metrics.scores import SCORES
from flatgia.plotting.look import attack_label, method_label
from flatgia.plotting.measures import counted, read_measures, select, summarise
from flatgia.plotting.page import common_remarks, save_csv
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table


def make(request: Request) -> None:
    """readings: IG at round 0 under each reading of what the paper leaves open: inputs, initial weights, sign, ASAM's eta.

    Claim of the paper (Table 1): 33.71 dB for FedAvg, 16.55 for FedSAM, 16.05 for FedASAM.
    Inputs: --metrics of `studies.readings`, a folder a reading; --reported config/reported/table1.csv.
    Expect: normalised inputs and the weights of DLG come nearest.
    """
    config, shown = request.config, request.config["studies"]["readings"]
    by_reading: dict[str, list[Path]] = {}
    for path in request.files["metrics"]:
        by_reading.setdefault(reading_of(path), []).append(path)
    frames = []
    for reading, paths in by_reading.items():
        rows = read_measures(paths)
        rows = select(rows, request, shown["methods"], shown["attacks"], ["psnr"], [0])
        inputs, init = reading.split("-")
        frames.append(summarise(rows, ["method", "attack", "metric"]).assign(inputs=inputs, init=init))
    keys = ["inputs", "init", "attack", "method"]
    table = pd.concat(frames)[[*keys, "metric", "mean", "se", "n"]]
    save_csv(request, table)
    means = table.set_index(keys)["mean"]
    paper = read_paper(request.files["reported"][0])
    rank = [config["methods"][name]["label"] for name in shown["methods"]]
    reported = [SCORES["psnr"].text(paper[label]) if label in paper else "" for label in rank]
    blocks = [[["the paper", "", "IG", *reported]]]
    for inputs in shown["inputs"]:
        for init in shown["init"]:
            block = []
            for attack in shown["attacks"]:
                cells = [SCORES["psnr"].text(means[inputs, init, attack, method]) for method in shown["methods"]]
                block.append([inputs, init, attack_label(config, attack), *cells])
            blocks.append(block)
    header = ["Inputs", "Init", "Attack", *(method_label(config, request.notes, name) for name in shown["methods"])]
    verdict = verdict_of(distances(means, paper, config["methods"]), config)
    remarks = [f"PSNR in dB at round 0; {counted(rows)}.", *verdict, *common_remarks(request)]
    caption = "Readings of what the paper leaves open"
    write_small_table(request, f"Study: {caption.lower()}", caption, header, blocks, remarks, left=3)


def reading_of(path: Path) -> str:
    """`normalised-dlg` of .../studies/readings/normalised-dlg/<method>/<attack>.csv."""
    return path.parents[1].name


def read_paper(path: Path) -> dict[str, float]:
    """The paper's PSNR of IG at round 0 by method label; its FedASAM stands for the entry of that label alone."""
    rows = pd.read_csv(path)
    rows = rows[(rows["round"] == 0) & (rows["attack"] == "IG") & (rows["metric"] == "psnr")]
    return dict(zip(rows["method"], rows["value"], strict=True))


def distances(means: pd.Series, paper: dict[str, float], methods: dict) -> pd.DataFrame:
    """Columns inputs, init, attack, entry, distance: mean |ours - the paper's| in dB over the methods both have.

    Where several entries share the rule of one that the paper reports, each of them, by its label, takes its place in turn.
    """
    table = means.unstack("method")
    rule_of = {entry["label"]: entry["rule"] for entry in methods.values()}
    here = [name for name in methods if name in table]
    alike = {label: [name for name in here if methods[name]["rule"] == rule_of.get(label)] for label in paper}
    shown = {label: names for label, names in alike.items() if names}
    frames = []
    for chosen in itertools.product(*shown.values()):
        target = pd.Series({name: paper[label] for name, label in zip(chosen, shown, strict=True)})
        entry = ", ".join(
            methods[name]["label"] for name, group in zip(chosen, shown.values(), strict=True) if len(group) > 1
        )
        distance = (table[list(chosen)] - target).abs().mean(axis=1)
        frames.append(distance.rename("distance").reset_index().assign(entry=entry))
    return pd.concat(frames, ignore_index=True)


def verdict_of(table: pd.DataFrame, config: dict) -> list[str]:
    """Which reading is nearest to the paper, and how near each choice comes at its best."""
    table = table.assign(attack=[attack_label(config, name) for name in table["attack"]])
    best = table.loc[table["distance"].idxmin()]
    texts = []
    for column in ("inputs", "init", "attack", "entry"):
        nearest = table.groupby(column, sort=False)["distance"].min()
        texts.append(", ".join(f"{name} {value:.1f}" for name, value in nearest.items() if name))
    reading = ", ".join(filter(None, best[["inputs", "init", "attack", "entry"]]))
    return [
        f"Nearest to the paper's numbers: {reading}; {best['distance']:.1f} dB away, in the mean over its methods.",
        f"How near each choice comes at its best (dB): {'; '.join(filter(None, texts))}.",
    ]
