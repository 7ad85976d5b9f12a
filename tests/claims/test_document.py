"""The document of claims, from small made-up results."""

import json
import re
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from flatgia.claims.section4 import PERCENTAGES, as_stated
from flatgia.core.errors import FlatgiaError
from flatgia.settings.config import PAPER, ROOT, load

from ..plotting.conftest import QUICK, make

PAPER_REPORT = load(PAPER)["report"]
REPORTED = str(ROOT / "config" / "reported" / "table1.csv")


def run(made, out, **files):
    """The document with its tables by round, and the table made from these files."""
    main = runpy.run_path(str(ROOT / "scripts" / "claims.py"))["main"]
    given = [word for kind, paths in files.items() for word in (f"--{kind}", *paths)]
    places = ["--out-dir", str(out), "--out", str(out / "REPRODUCTION.md")]
    main([*made.common, *places, "--reported", REPORTED, *given])
    text = (out / "REPRODUCTION.md").read_text() + (out / "cells.md").read_text()
    return text, pd.read_csv(out / "claims.csv")


def everything(made):
    report, rounds = made.config["report"], made.config["rounds"]
    numbers = [*rounds["table"], *rounds["curve"], *rounds["long"]]
    rho, batch = report["rho"], report["batch"]
    metrics = made.metrics(report["methods"], report["attacks"], numbers)
    metrics += made.metrics(rho["methods"], [rho["attack"]], rounds["table"])
    metrics += made.metrics(batch["methods"], batch["attacks"], [0], batch["sizes"])
    metrics += made.controls(made.config["studies"]["controls"]["methods"], ["ig"], rounds["table"])
    hessian = made.hessian([*report["methods"], *rho["methods"]], numbers)
    return {"metrics": sorted(set(metrics)), "hessian": sorted(set(hessian)),
            "checkpoints": made.checkpoints(report["methods"], numbers)}  # fmt: skip


@pytest.fixture(scope="module")
def whole(made, tmp_path_factory):
    return run(made, tmp_path_factory.mktemp("claims"), **everything(made))


def test_every_claim_has_a_verdict(whole):
    text, table = whole
    assert (table["group"] == "cells").sum() == 300 and (table["group"] == "fedavg").sum() == 60
    assert (table["group"] == "rounds").sum() == 50
    run_here = table[~table["group"].str.startswith("published")]
    open_ones = run_here[run_here["verdict"] == "not run yet"]
    assert open_ones["why"].str.contains("late rounds, at least three").all() and len(open_ones) == 6
    done = table[table["verdict"] != "not run yet"]
    assert done[["ours", "low", "high", "why"]].notna().all(axis=None)
    assert ((done["low"] <= done["ours"] + 1e-9) & (done["ours"] <= done["high"] + 1e-9)).all()
    counts = re.findall(r"^\| .+" + r" \| (\d+)" * 7 + r" \|$", text.split("## Count")[1].split("##")[0], re.MULTILINE)
    assert sum(int(number) for line in counts for number in line[:6]) == len(table)  # the last: on one draw
    assert sum(int(line[6]) for line in counts) == (table["verdict"] == "reproduced").sum() > 0
    assert (table["group"] == "published").sum() == 180 and (table["group"] == "published_rounds").sum() == 30
    assert "quick scale" in text and "Attack settings: ours for" in text and "LM" not in text.split("## Count")[0]


def test_a_comparison_is_paired_by_image(whole, made):
    _, table = whole
    row = table[(table["group"] == "fedavg") & (table["case"] == "FedSAM, IG, round 2 (paper: 100)")].iloc[0]
    means = []
    for method in ("fedsam", "fedavg"):
        rows = pd.read_csv(made.metric(method, "ig", 2, 1))
        means.append(rows.loc[rows["metric"] == "psnr", "value"].mean())
    assert row["ours"] == pytest.approx(means[0] - means[1]) and row["paper_value"] == pytest.approx(13.17 - 23.98)
    assert row["images"] == 4 and row["verdict"] == "reproduced"


def test_the_percentages_are_the_papers(whole):
    said = ["−45.1 %", "×3.14", "−31.2 %", "×7.56", "−40.4 %", "×2.15", "−23.3 %", "×2.76"]
    assert all(f"{share} (" in whole[0] for share in said) and len(PERCENTAGES) == 8
    assert as_stated("psnr", 23.98, 13.17) == "−45.1 % (23.98 → 13.17)"


def test_made_up_results_that_follow_the_paper_reproduce_it(whole):
    table = whole[1].set_index("claim")
    falls = table.loc["The larger the batch, the worse the reconstruction (B 4 − 1, and step by step).", "verdict"]
    assert len(falls) == 8
    assert table.loc["FedSAI starts with a lower log det H.", "verdict"] == "reproduced"  # made lower
    strongest = table[table.index.str.startswith("FedASAM is the strongest defence")]
    assert len(strongest) and (strongest["verdict"] != "not reproduced").all()
    assert strongest.index.str.contains("circular").all()  # eta was chosen by it


def test_what_the_paper_concludes_is_judged_by_the_controls(whole):
    rows = whole[1].query("group == 'claims'").set_index("claim")
    plain = rows.filter(like="The flat minimum itself", axis=0)
    naive = whole[1].query("group == 'fedavg'").set_index("case")["ours"]
    first = naive[[f"{name}, IG, round 0" for name in ("FedSAM", "FedASAM", "FedGF", "FedSAI†")]].mean()
    assert plain["ours"].iloc[0] == pytest.approx(first + 5) and len(plain) == 5  # the plain gradient is 5 dB above
    sent = rows.filter(like="What a flat-minima method sends", axis=0)
    assert sent["ours"].iloc[0] == pytest.approx(first) and sent["paper_value"].iloc[0] < -10
    assert rows.filter(like="The protection lasts", axis=0)["ours"].iloc[0] == pytest.approx(first + 4)


def test_log_det_and_psnr_are_ranked_over_models_not_over_images(whole, made):
    scores, flatness = [], []
    for method in made.config["report"]["methods"]:
        for number in made.config["rounds"]["table"][1:]:
            rows = pd.read_csv(made.metric(method, "ig", number, 1)).query("metric == 'psnr'")
            scores.append(rows["value"].mean())
            flatness.append(json.loads(Path(made.hessian([method], [number])[0]).read_text())["log_det"])
    table = whole[1].query("group == 'claims'")
    rows = table[table["claim"].str.startswith("PSNR and log det H")].set_index("case")
    rho = spearmanr(scores, flatness).statistic
    assert rows.loc["IG", "ours"] == pytest.approx(rho) and rows.loc["IG", "images"] == 1
    half = 1.96 * ((1 + rho**2 / 2) / (len(scores) - 3)) ** 0.5
    ends = np.tanh([np.arctanh(rho) - half, np.arctanh(rho) + half])
    assert rows.loc["IG", ["low", "high"]].tolist() == pytest.approx(ends.tolist())
    without = spearmanr(scores[2:], flatness[2:]).statistic
    assert rows.loc["IG, without FedAvg", "ours"] == pytest.approx(without)
    same = table[table["claim"].str.startswith("The same with the plain gradient")].set_index("case")
    assert list(same.index) == ["IG", "IG, without FedAvg"] and (same["verdict"] != "not run yet").all()


def test_the_first_page_counts_what_the_rows_say(whole):
    text, table = whole
    page = text.split("## Count")[0]
    rows = table[table["claim"].str.startswith("The flat minimum itself protects")]
    here = rows[~rows["case"].str.endswith("equal accuracy")]
    found = (here["verdict"] == "reproduced").sum()
    assert f"with the plain gradient: found in {found}" in page and "**One draw**" in page
    assert "(./claims.png)" in page
    assert "chosen by looking" in text.lower() and "the server's rate is 1" in text


def test_every_draw_is_listed_and_none_contradicts_the_interval(made, tmp_path):
    paths = []
    for seed, shift in ((0, 0.0), (1, 4.0), (2, 9.0)):
        for method in ("fedavg", "fedsam"):
            rows = pd.read_csv(made.metric(method, "ig", 0, 1)).assign(seed=seed)
            rows.loc[rows["metric"] == "psnr", "value"] += shift * (method == "fedsam")
            paths.append(tmp_path / f"{seed}{method}.csv")
            rows.to_csv(paths[-1], index=False)
    text, table = run(made, tmp_path, metrics=map(str, paths))
    row = table[(table["group"] == "fedavg") & (table["case"] == "FedSAM, IG, round 0")].iloc[0]
    draws = [float(value) for value in row["by_seed"].split()]
    assert np.diff(draws) == pytest.approx([4, 5], abs=1e-3) and row["ours"] == pytest.approx(np.mean(draws), abs=1e-3)
    assert row["low"] <= min(draws) and max(draws) <= row["high"] and row["seeds"] == 3
    assert "| 3: −" in text and "rest on one draw" not in text and "**One draw**" not in text


def test_a_small_step_of_the_papers_is_a_likeness(whole):
    rows = whole[1].query("group == 'rounds'").set_index("case")
    assert rows.loc["FedSAM, GI, round 4 (paper: 200) − 2", ["kind", "paper_value"]].tolist() == ["equality", -0.5]
    assert rows.loc["FedSAM, GI, round 2 (paper: 100) − 0", "kind"] == "comparison"


def test_the_round_zero_alone(made, tmp_path):
    report = made.config["report"]
    text, table = run(made, tmp_path, metrics=made.metrics(report["methods"], report["attacks"], [0]),
                      checkpoints=made.checkpoints(["fedavg"], [0]))  # fmt: skip
    cells = table[table["group"] == "cells"]
    assert (cells["verdict"] == "not run yet").sum() == 200 and "Not run yet (100 rows)." in text
    assert "no PSNR of FedAvg under iDLG at round 2" in set(cells["why"])
    assert "no Hessian of FedAvg at round 2, and 2 more" in set(table["why"])
    assert "no PSNR of FedSAM under IG (plain) at round 0, and 3 more" in set(table["why"])
    assert "not every PSNR under IG, or not every log det H, of the methods at the rounds of Table 1 after 0" in set(
        table["why"]
    )
    assert "no checkpoint of FedSAM at round 6, and 4 more" in set(table["why"])
    assert "| FedAvg | 10.0 |" in text and "| FedSAM | – |" in text


def test_nothing_at_all_is_refused(made, tmp_path):
    with pytest.raises(FlatgiaError, match="^claims: there are no results to judge; give --metrics, "):
        run(made, tmp_path)
    assert not list(tmp_path.iterdir())


def test_without_a_checkpoint_there_is_no_accuracy(made, tmp_path):
    text, _ = run(made, tmp_path, metrics=made.metrics(["fedavg"], ["ig"], [0]))
    assert "No checkpoint of a listed round was given." in text


def test_controls_part_flatness_from_mismatch(made, tmp_path):
    paths = made.metrics(["fedavg", "fedsam"], ["ig"], [0])
    text, _ = run(made, tmp_path, metrics=[*paths, *made.controls(["fedsam"], ["ig"], [0])])
    rows = pd.read_csv(paths[1])
    naive = rows.loc[rows["metric"] == "psnr", "value"].mean()
    line = next(line for line in text.splitlines() if line.startswith("| 0 | FedSAM | IG |"))
    assert f"| {naive:.2f} | {naive + 4:.2f} | {naive + 5:.2f} |" in line and line.endswith("| −1.00 | −4.00 |")
    assert "## Controls" not in run(made, tmp_path, metrics=paths)[0]


def test_the_claims_about_attacks_are_judged_again_as_published(made, tmp_path):
    paths = []
    for method in made.config["studies"]["published"]["methods"]:
        for name in ("idlg", "gi", "ig"):
            other = {"idlg": "idlg_adam"}.get(name, f"{name}_published")
            text = Path(made.metric(method, name, 0, 1)).read_text().replace(f",{name},", f",{other},")
            paths.append(tmp_path / f"{method}-{other}.csv")
            paths[-1].write_text(text)
    _, table = run(made, tmp_path, metrics=map(str, paths))
    rows = table[table["group"] == "published_claims"].set_index(["claim", "case"])
    like = rows.loc[("GI reconstructs like iDLG, whatever the method.", "PSNR, round 0")]
    assert like["paper_value"] == pytest.approx(0, abs=0.02) and like["verdict"] != "not run yet"
    assert not rows.index.get_level_values("claim").str.contains("GIAS|GIFD|accuracy|eigenvalue").any()
    cases = rows.index.get_level_values("case")
    assert cases.str.match(r"PSNR, IG \(unsigned\), round").sum() == 3 * (3 + 2)  # the three conclusions
    assert not cases.str.match("PSNR, IG, round").any()
    assert (table.query("group == 'published_fedavg'")["verdict"] != "not run yet").sum() == 4 * 3


def test_published_attacks_stand_beside_the_same_numbers(made, tmp_path):
    path = tmp_path / "ig_published.csv"
    path.write_text(made.metric("fedavg", "ig", 0, 1).read_text().replace(",ig,", ",ig_published,"))
    text, table = run(made, tmp_path, metrics=[str(path)])
    row = table[table["case"] == "FedAvg, IG (unsigned), PSNR, round 0"].iloc[0]
    mean = pd.read_csv(path).query("metric == 'psnr'")["value"].mean()
    assert row["ours"] == pytest.approx(mean) and row["paper_value"] == 33.71
    assert f"| FedAvg, IG (unsigned), PSNR | 33.71 dB | {mean:.2f} dB [" in text


@pytest.mark.slow
def test_the_same_whatever_the_order_of_the_files(made, whole, tmp_path):
    text, table = run(made, tmp_path, **{kind: paths[::-1] for kind, paths in everything(made).items()})
    assert text == whole[0] and table.equals(whole[1])


def test_a_large_radius_is_never_taken_for_the_small_one_of_the_paper(tmp_path):
    report = dict(PAPER_REPORT, rho={"methods": ["fedavg", "fedsam"], "attack": "ig"})
    few = make(tmp_path / "few", "quick", QUICK, report=report)
    _, table = run(few, tmp_path, metrics=few.metrics(["fedavg", "fedsam"], ["ig"], [0]))
    like = table[table["claim"].str.contains("is like FedAvg")]
    assert len(like) and like["claim"].str.contains("ρ 0.05").all() and (like["verdict"] == "not run yet").all()
