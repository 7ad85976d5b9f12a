"""credit: what an attack owes to its settings, its generator, its architecture, its search; and whether it fits the truth."""

import pandas as pd

from flatgia.core.artifacts import load_tensors
from flatgia.metrics.scores import SCORES
from flatgia.plotting.beside import read_reported
from flatgia.plotting.look import attack_label, method_label
from flatgia.plotting.measures import counted, read_measures, select, summarise
from flatgia.plotting.page import common_remarks, save_csv
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.settings.paper_names import paper_label

READING = [
    "PSNR in dB. Distance: median over the images of the cosine distance between the observed gradient and the one that the"
    " attacker models for its answer, and for the true image.",
    "An answer below the truth's distance fits the error of the attacker's model, not the image.",
]


def make(request: Request) -> None:
    """credit: the attacks beside themselves with published settings, and the generative ones with an untrained generator.

    Claim of the paper (Table 1): GIAS and GIFD reconstruct best; it does not say what of that is the generator.
    Inputs: --metrics and --attacks of `studies.credit` at the first round, batch size 1; --reported config/reported/table1.csv.
    Expect: what published settings reach too is not owed to ours, nor what an untrained generator reaches to the training.
    """
    config = request.config
    shown, start = config["studies"]["credit"], config["rounds"]["table"][0]
    rows = read_measures(request.files["metrics"])
    rows = select(rows, request, shown["methods"], shown["attacks"], ["psnr"], [start])
    summary = summarise(rows, ["method", "attack", "metric"]).merge(read_distances(request), on=["method", "attack"])
    save_csv(request, summary)
    found = summary.set_index(["method", "attack"])
    reported = read_reported(request.files["reported"][0])
    paper = reported[(reported["round"] == 0) & (reported["metric"] == "psnr")].set_index(["method", "attack"])["value"]
    blocks = []
    for method in shown["methods"]:
        block = []
        for attack in shown["attacks"]:
            row = found.loc[(method, attack)]
            labels = config["methods"][method]["label"], paper_label(config, attack)
            told = SCORES["psnr"].text(paper[labels]) if labels in paper and start == 0 else ""
            numbers = [SCORES["psnr"].text(row["mean"]), told, f"{row['distance']:.1e}", f"{row['distance_truth']:.1e}"]
            block.append([method_label(config, request.notes, method), attack_label(config, attack), *numbers])
        blocks.append(block)
    header = ["Method", "Attack", "PSNR (dB)", "Paper", "Distance, answer", "Distance, truth"]
    remarks = [*READING, f"Round {start}; {counted(rows)}.", *common_remarks(request)]
    caption = "What an attack owes to what"
    write_small_table(request, f"Credit: {caption.lower()}", caption, header, blocks, remarks, left=2)


def read_distances(request: Request) -> pd.DataFrame:
    """Columns method, attack, distance, distance_truth: medians over images and seeds."""
    frames = []
    for path in request.files["attacks"]:
        tensors, facts = load_tensors(path)
        values = {name: tensors[name].double().numpy() for name in ("distance", "distance_truth")}
        frames.append(pd.DataFrame(values).assign(method=facts["method"], attack=facts["attack"]))
    return pd.concat(frames).groupby(["method", "attack"]).median().reset_index()
