"""controls: the two axes. What of a defence is flatness, and what is only that the attacker models the wrong gradient?"""

import pandas as pd

from flatgia.plotting.accuracy import read_accuracy
from flatgia.plotting.look import attack_label, method_label
from flatgia.plotting.measures import counted, read_measures, summarise
from flatgia.plotting.page import common_remarks
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.studies.axes import AXES, cell
from flatgia.studies.controls.figure import draw

READING = [
    "Median PSNR in dB; lower is the better defence. In brackets: failed searches, as the truth explains the gradient and the "
    "answer does not. The CSV holds means and standard errors without them.",
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
    mine = rows["method"].isin(shown["methods"]) & rows["attack"].isin(shown["attacks"]) & (rows["batch"] == 1)
    mine &= (rows["gradient"] + "-" + rows["attacker"]).isin(map("-".join, AXES))
    rows = rows[mine & (rows["metric"] == "psnr") & rows["round"].isin(rounds)]
    keys = ["attack", "round", "method", "gradient", "attacker"]
    summary = summarise(rows, [*keys, "metric"])
    accuracy = read_accuracy(request.files["checkpoints"], shown["methods"], rounds)
    numbers = pd.concat([summary, accuracy.assign(metric="accuracy_percent")])[[*keys, "metric", *NUMBERS]]
    draw(request, rows, numbers)
    found = dict(summary.set_index(keys).iterrows())
    reached = accuracy.set_index(["method", "round"])["mean"]
    blocks = []
    for attack in shown["attacks"]:
        for number in rounds:
            block = []
            for method in shown["methods"]:
                text = [cell(found.get((attack, number, method, *axes))) for axes in AXES]
                name = method_label(config, request.notes, method)
                block.append([attack_label(config, attack), str(number), name, *text, f"{reached[method, number]:.1f}"])
            blocks.append(block)
    header = ["Attack", "Round", "Method", *AXES.values(), "Test accuracy (%)"]
    remarks = [*READING, f"Over {counted(rows)}.", *common_remarks(request)]
    caption = "Flatness, or a wrong model of the client"
    write_small_table(request, f"Controls: {caption.lower()}", caption, header, blocks, remarks, left=3)


NUMBERS = ("mean", "se", "n", "seeds", "median", "failed")
