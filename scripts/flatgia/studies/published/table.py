"""published: the attacks with the settings that their authors published, beside the numbers of the paper's Table 1."""

import pandas as pd

from flatgia.metrics.scores import SCORES, scores_of
from flatgia.plotting.beside import count_near, moved_rounds, pair_rounds, put_beside, read_reported
from flatgia.plotting.look import attack_label, method_label
from flatgia.plotting.measures import counted
from flatgia.plotting.page import common_remarks, save_csv
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table
from flatgia.settings.paper_names import paper_label


def make(request: Request) -> None:
    """published: the attacks with the settings that their authors published, beside the paper's Table 1.

    Claim of the paper (Table 1): its numbers come from published attacks.
    Inputs: --metrics of `studies.published` at the rounds `table`, batch size 1; --reported config/reported/table1.csv.
    Expect: GI and IG come near the paper's numbers at round 0, and fall with the rounds as they do.
    """
    config = request.config
    shown, scores = config["studies"]["published"], scores_of(config["metrics"])
    reported = read_reported(request.files["reported"][0])
    parts = []
    for name in shown["attacks"]:  # several may be the same attack of the paper
        part, rows = put_beside(request, reported, shown["methods"], {paper_label(config, name): name})
        parts.append(part.assign(attack=attack_label(config, name)))
    both = pd.concat(parts, ignore_index=True)
    save_csv(request, both)
    blocks = []
    for number in sorted(set(both["round"])):
        block = []
        for method in shown["methods"]:
            for attack in (attack_label(config, name) for name in shown["attacks"]):
                mine = (both["method"] == config["methods"][method]["label"]) & (both["attack"] == attack)
                cell = both[mine & (both["round"] == number)].set_index("metric")
                pairs = [
                    SCORES[metric].text(cell.loc[SCORES[metric].name, column])
                    for metric in scores
                    for column in ("ours", "paper")
                ]
                block.append([str(number), method_label(config, request.notes, method), attack, *pairs])
        blocks.append(block)
    header = ["Round", "Method", "Attack", *(text for metric in scores for text in (SCORES[metric].title, "paper"))]
    near = [
        "{}: {} of {} within {} of the paper's, {} more within {}.".format(
            SCORES[metric].label.partition(" (")[0], inner, len(part), bound, outer, far
        )
        for metric in scores
        for part in [both[both["metric"] == SCORES[metric].name]]
        for inner, outer, bound, far in [count_near(SCORES[metric].name, part)]
    ]
    paired = moved_rounds(pair_rounds(reported, config))
    remarks = [f"Means over {counted(rows)}.", *near, *paired, *common_remarks(request)]
    caption = "Table 1 with the published settings of the attacks, beside the paper's"
    write_small_table(request, caption, caption, header, blocks, remarks, left=3)
