"""controls: the two axes. What of a defence is flatness, and what is only that the attacker models the wrong gradient?"""

import pandas as pd

from flatgia.metrics.scores import SCORES
from flatgia.plotting.accuracy import read_accuracy
from flatgia.plotting.look import attack_label, method_label
from flatgia.plotting.measures import counted, read_measures, summarise
from flatgia.plotting.page import common_remarks, save_csv
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.studies.controls import AXES

READING = [
    "PSNR in dB; lower is the better defence.",
    "Sent, naive: what the client sends, attacked as if it were grad L at the global model (the paper's).",
    "Sent, adaptive: the same, by an attacker that knows the method and models its perturbation.",
    "Plain: grad L at the global model, so that only the model differs between methods: the test of flatness.",
]


def make(request: Request) -> None:
    """controls: PSNR with the gradient that is sent, with an attacker that knows the method, and with the plain gradient.

    Claim of the paper (4.3): methods that search for flat minima resist gradient inversion.
    Inputs: --metrics of `studies.controls` on the three axes at the rounds `table`, batch size 1; --checkpoints for the
    accuracy.
    Expect: if flatness protects, the column Plain shows it; what only the first column shows is a wrong model of the client.
    """
    config = request.config
    shown, rounds = config["studies"]["controls"], config["rounds"]["table"]
    rows = read_measures(request.files["metrics"])
    rows = rows[(rows["metric"] == "psnr") & rows["round"].isin(rounds)]
    keys = ["attack", "round", "method", "gradient", "attacker"]
    summary = summarise(rows, [*keys, "metric"])
    accuracy = read_accuracy(request.files["checkpoints"], shown["methods"], rounds)
    save_csv(
        request, pd.concat([summary, accuracy.assign(metric="accuracy_percent")])[[*keys, "metric", "mean", "se", "n"]]
    )
    means = summary.set_index(keys)["mean"]
    reached = accuracy.set_index(["method", "round"])["mean"]
    blocks = []
    for attack in shown["attacks"]:
        for number in rounds:
            block = []
            for method in shown["methods"]:
                cells = [means.get((attack, number, method, *axes)) for axes in AXES]
                text = ["" if cell is None else SCORES["psnr"].text(cell) for cell in cells]
                name = method_label(config, request.notes, method)
                block.append([attack_label(config, attack), str(number), name, *text, f"{reached[method, number]:.1f}"])
            blocks.append(block)
    header = ["Attack", "Round", "Method", *AXES.values(), "Test accuracy (%)"]
    remarks = [*READING, f"Means over {counted(rows)}; the CSV holds their standard errors.", *common_remarks(request)]
    caption = "Flatness, or a wrong model of the client"
    write_small_table(request, f"Controls: {caption.lower()}", caption, header, blocks, remarks, left=3)
