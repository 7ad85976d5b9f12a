"""published: the attacks with the settings that their authors published, beside the numbers of the paper's Table 1."""

from collections.abc import Iterator

import pandas as pd

from flatgia.report.beside import NEAR_FAR, UNITS, pair_rounds, put_beside, read_reported
from flatgia.report.look import method_label
from flatgia.report.measures import counted
from flatgia.report.page import common_remarks, save_csv
from flatgia.report.request import Request
from flatgia.report.scores import SCORES, scores_of
from flatgia.report.small_table import write_small_table


def make(request: Request) -> None:
    """Writes published.csv, published.md and published.tex."""
    config = request.config
    shown, scores = config["report"]["published"], scores_of(config["metrics"])
    reported = read_reported(request.files["reported"][0])
    both, rows = put_beside(request, reported, shown["methods"], shown["attacks"])
    save_csv(request, both)
    names = {config["methods"][name]["label"]: method_label(config, request.notes, name) for name in shown["methods"]}
    blocks = []
    for _, block in both.groupby("round"):
        lines = []
        for (number, method, attack), cell in block.groupby(["round", "method", "attack"], sort=False):
            found = cell.set_index("metric")
            pairs = [
                SCORES[metric].text(found.loc[SCORES[metric].name, column])
                for metric in scores
                for column in ("ours", "paper")
            ]
            lines.append([str(number), names[method], attack, *pairs])
        blocks.append(lines)
    header = ["Round", "Method", "Attack", *(text for metric in scores for text in (SCORES[metric].title, "paper"))]
    moved = [f"our {ours} for its {paper}" for paper, ours in pair_rounds(reported, config).items() if paper != ours]
    paired = [f"Rounds are paired with the paper's by their place in its Table 1: {', '.join(moved)}."] if moved else []
    remarks = [f"Means over {counted(rows)}.", *count_near(both), *paired, *common_remarks(request)]
    caption = "Table 1 with the published settings of the attacks, beside the paper's"
    write_small_table(request, caption, caption, header, blocks, remarks, left=3)


def count_near(both: pd.DataFrame) -> Iterator[str]:
    """How many numbers come near the paper's, a sentence for each metric."""
    for metric, part in both.groupby("metric", sort=False):
        near, far = (UNITS[metric].format(bound) for bound in NEAR_FAR[metric])
        inner, outer = (int((part["verdict"] == f"within {bound}").sum()) for bound in (near, far))
        label = next(score.label for score in SCORES.values() if score.name == metric).partition(" (")[0]
        yield f"{label}: {inner} of {len(part)} within {near} of the paper's, {outer} more within {far}."
