"""The lines of the picture of the claims."""

import pandas as pd

from flatgia.claims.forest import lines_of, shown

ROW = {"metric": "psnr", "section": "4.3", "claim": "A claim.", "verdict": "reproduced"}
TABLE = pd.DataFrame(
    [
        ROW | {"group": "claims", "case": "PSNR, IG, round 0", "ours": 1.0},
        ROW | {"group": "claims", "case": "PSNR, IG, round 100", "ours": 2.0},
        ROW | {"group": "published_claims", "case": "PSNR, IG (unsigned), round 0", "ours": 3.0},
        ROW | {"group": "claims", "case": "LPIPS, IG, round 0", "ours": 4.0, "metric": "lpips"},
        ROW | {"group": "cells", "case": "FedAvg, IG, PSNR, round 0", "ours": 5.0},
        ROW | {"group": "claims", "case": "PSNR, IG, round 200", "ours": None, "verdict": "not run yet"},
        ROW | {"group": "claims", "claim": "A long claim " * 8, "case": "PSNR, round 0", "ours": 6.0},
    ]
)


def test_both_settings_of_a_case_share_a_line_and_what_was_not_run_has_none():
    lines = list(lines_of(shown(TABLE), {"IG (unsigned)": "IG"}))
    assert [line.case for line in lines[:2]] == ["IG, round 0", "IG, round 100"]
    assert {group: row["ours"] for group, row in lines[0].rows.items()} == {"claims": 1, "published_claims": 3}
    assert lines[0].text == "4.3  A claim." and not lines[1].text and [line.first for line in lines[:3]] == [1, 0, 1]
    long = lines[2:]  # its text takes more lines than it has cases
    assert len(long) > 1 and [bool(line.rows) for line in long] == [True] + [False] * (len(long) - 1)
