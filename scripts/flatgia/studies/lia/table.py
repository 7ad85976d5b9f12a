"""lia: table and figure of the labels that a server reads through secure aggregation."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from flatgia.plotting.look import DOUBLE, method_label
from flatgia.plotting.page import common_remarks, new_page, save_page
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.studies.lia.figure import draw, lines_of
from flatgia.studies.lia.judge import judge, over_seeds
from flatgia.studies.lia.read import KEYS, NUMBERS, read_rounds

PARTS = ("clients", "methods", "steps", "defences", "baselines")  # the others are in the figure and the CSV
READING = [
    "The server follows the protocol of secure aggregation and sees sums alone; each client is sent a model of its own, whose "
    "last batch norm has weights γ and biases βᵢ. Right: the share of a client's labels that the counts read for it hold, as a "
    "multiset. Exact: clients of whom every label is right. Together: the labels of all clients as one multiset.",
    "Naive: the server takes clients for FedAvg; aware: it knows what they run. Strength: root mean square by which βᵢ "
    "moves a channel. σmin, κ: least singular value and condition number of (E, 1), the known embeddings and a column of ones.",
]
HEADER = ["Question", "Network", "Clients", "Images", "Sent", "Clients run", "Server", "Right (%)", "Exact (%)", "Together (%)",
          "σmin", "κ"]  # fmt: skip


def make(request: Request) -> None:
    """lia: labels of single clients that a server reads from sums under secure aggregation, by clients, methods and defences.

    Claim (INFOCOM 2024, arXiv 2406.15731): label recovery with 100 % accuracy on various data sets and architectures.
    Inputs: --rounds of `studies.lia`.
    Expect: every label up to one client more than the norm has channels; SAM disturbs a server that does not know it.
    """
    config = request.config
    first = config["studies"]["lia"]["methods"][0]
    rounds = read_rounds(request.files["rounds"])
    seeds = rounds["seed"].nunique()
    drawn = (
        "One draw of weights, images and split."
        if seeds == 1
        else f"Means over {seeds} draws of weights, images and split."
    )
    verdicts = [f"{one.statement} ({one.case}): {one.found}, {one.verdict}." for one in judge(rounds, first)]

    bands = "Bands and crosses: every draw." if seeds > 1 else ""
    where = f"{config['data']['dataset']}; {rounds['network'].iloc[0]} where no other is named."
    said = [" ".join(filter(None, [drawn, bands, where])), *_few(config)]
    page = new_page(request, DOUBLE, 2.2 * lines_of(rounds), said)
    draw(page, rounds, config["methods"])
    save_page(request, page, _means(rounds))

    blocks = [_block(rounds[rounds["part"] == part], request) for part in PARTS]
    caption = "Labels read through secure aggregation"
    remarks = [*READING, drawn + " In brackets the 95 % interval of the mean over them.", *verdicts, *_few(config)]
    write_small_table(
        request, f"Lia: {caption.lower()}", caption, HEADER, blocks, remarks + common_remarks(request), left=7
    )


def _few(config: Mapping[str, Any]) -> list[str]:
    return (
        ["The quick scale: these numbers show that everything runs, and are no evidence."]
        if config["scale"] == "quick"
        else []
    )


def _means(rounds: pd.DataFrame) -> pd.DataFrame:
    groups = rounds.groupby([*KEYS, "channels", "server"], sort=False)
    means = groups[[*NUMBERS, "least", "condition", "distance", "accuracy"]].mean()
    return means.assign(lowest=groups["right"].min(), draws=groups.size()).reset_index()


def _block(rows: pd.DataFrame, request: Request) -> list[list[str]]:
    lines = []
    for (*_, server), mine in rows.groupby([*KEYS, "server"], sort=False):
        case = mine.iloc[0]
        sent = "honest" if case["design"] == "honest" else f"{case['design']} {case['strength']:g}"
        runs = method_label(request.config, request.notes, case["method"]) + _more(case)
        shares = [_share(mine.set_index("seed")[name]) for name in NUMBERS]
        least, condition = mine["least"].mean(), mine["condition"].mean()
        about = [case["part"], case["network"], str(case["clients"]), str(case["images"]), sent, runs, str(server)]
        lines.append([*about, *shares, f"{least:.2g}" if least else "", f"{condition:.3g}" if condition else ""])
    return lines


def _more(case: pd.Series) -> str:
    words = [f"{case['steps']} steps"] if case["steps"] > 1 else []
    words += [f"weights {case['weights']}"] if case["weights"] != "equal" else []
    words += [f"clip {case['clip']:g}"] if case["clip"] else []
    words += [f"noise {case['noise']:g}"] if case["noise"] else []
    words += [f"{case['dropped']} dropped out"] if case["dropped"] else []
    words += [f"{case['classes']} classes"] if case["part"] == "defences" and case["classes"] > 10 else []
    return "".join(f", {word}" for word in words)


def _share(values: pd.Series) -> str:
    found = over_seeds(values)
    ends = "" if found.low is None or found.low == found.high else f" [{100 * found.low:.1f}, {100 * found.high:.1f}]"  # type: ignore[operator]
    return f"{100 * found.mean:.1f}{ends}"
