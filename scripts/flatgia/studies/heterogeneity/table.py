"""heterogeneity: table, figure and verdicts over the alphas."""

from itertools import product

import pandas as pd

from flatgia.claims.claim import plain
from flatgia.plotting.look import attack_label, method_label
from flatgia.plotting.measures import counted, failures, summarise
from flatgia.plotting.page import common_remarks
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.studies.axes import AXES, cell
from flatgia.studies.heterogeneity.figure import draw, numbers_of
from flatgia.studies.heterogeneity.read import read_clients, read_measured
from flatgia.studies.heterogeneity.split import laid_over
from flatgia.studies.heterogeneity.verdicts import judged
from flatgia.studies.judged import about_draws, overall, write_judged

KEYS = ["alpha", "attack", "round", "method", "gradient", "attacker"]
READING = [
    "Each class is divided among all clients by proportions from Dirichlet(α), drawn anew for each. Images, classes: of a "
    "client, fewest and most. Attacked: classes of the attacked client; of its images one of each class that it has is taken, "
    "then a second of each. At every α these are others, so PSNR compares within an α.",
    "Median PSNR in dB; behind it how many searches failed. Sent, naive: what the client sends, by who takes it for the plain "
    "gradient; sent, adaptive: by one who knows the method; plain: the gradient of the loss, so that only the model differs. "
    "log det H is ×10⁻⁴, as in Fig 3.",
]


def make(request: Request) -> None:
    """heterogeneity: the paper's methods on clients with different classes: accuracy, flatness, and who gets what.

    Claim of the paper (4.3): methods that search for flat minima resist gradient inversion; its own clients are alike.
    Inputs: --clients, --metrics, --checkpoints and --hessian of `studies.heterogeneity`.
    Expect: if the ordering is general it holds at every alpha; if flatness is what protects, the plain gradient shows it.
    """
    config, section = request.config, request.config["studies"]["heterogeneity"]
    held, found = read_clients(request.files["clients"]), read_measured(request)
    rows = pd.concat([one.rows.assign(alpha=name) for name, one in found.items()], ignore_index=True)
    summary = summarise(rows, [*KEYS, "metric"])
    lost, known = failures(rows.assign(run=rows["run"] + rows["alpha"]))
    federation = laid_over(config, section["alphas"][0])["federation"]
    shares = f"{federation['clients_per_round']} of {federation['clients']}"
    remarks = [
        f"{counted(rows)} at each α; {lost} of {known} searches failed.",
        f"Local epochs: {federation['local_epochs']}; clients a round: {shares}.",
    ]
    numbers = numbers_of(request, found, summary.fillna({"se": 0.0}))
    draw(request, found, numbers, remarks)
    cells = dict(summary.set_index(KEYS).iterrows())
    reached = numbers.set_index(["alpha", "round", "method"])
    blocks = []
    for name, attack, number in product(found, section["attacks"], section["rounds"]):
        block = []
        for method in section["methods"]:
            model = reached.loc[[(name, number, method)]].iloc[0]
            about = [name, *whole(held, name, config["targets"]["client"]), attack_label(config, attack), str(number)]
            text = [cell(cells.get((name, attack, number, method, *axes))) for axes in AXES]
            measured = [f"{model['accuracy']:.1f}", plain("log_det", model["log_det"])]
            block.append([*about, method_label(config, request.notes, method), *measured, *text])
        blocks.append(block)
    header = [
        "α",
        "Images",
        "Classes",
        "Attacked",
        "Attack",
        "Round",
        "Method",
        "Accuracy (%)",
        "log det H",
        *AXES.values(),
    ]
    caption = "Clients with different classes"
    text = [*READING, *remarks, *common_remarks(request)]
    write_small_table(request, f"Heterogeneity: {caption.lower()}", caption, header, blocks, text, left=7)
    lines = judged(request, found)
    said = [*overall(lines, section["rounds"], "the alphas"), about_draws(rows["seed"].nunique()), *remarks]
    heading = "Heterogeneity: does the ordering hold where clients differ?"
    header = [f"Round {number}" for number in section["rounds"]]
    write_judged(request, heading, header, lines, said)


def whole(held: pd.DataFrame, alpha: str, client: int) -> list[str]:
    """Over the clients and draws at one alpha: images and classes, and the classes of the one that is attacked."""
    mine = held[held["alpha"] == alpha]
    return [span(mine["images"]), span(mine["classes"]), span(mine.loc[mine["client"] == client, "classes"])]


def span(values: "pd.Series[int]") -> str:
    """`3`, or `3–10`."""
    low, high = int(values.min()), int(values.max())
    return str(low) if low == high else f"{low}–{high}"
