"""The tables of ours, controls, credit, published and study: each number stands in its own place."""

import runpy
from pathlib import Path

import pandas as pd
import pytest
import torch

from flatgia.core.artifacts import Provenance, save_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.settings.config import ROOT

HEADER = "run,seed,method,round,gradient,attacker,attack,batch,image,metric,value\n"
REPORTED = str(ROOT / "config" / "reported" / "table1.csv")


@pytest.fixture
def write(tmp_path):
    """Writes a metric table whose two images lie 1 dB to either side of `psnr`; gives its path."""

    def write(name, method, attack, psnr, number=0, gradient="method", attacker="naive"):
        path = tmp_path / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        facts = f"quick,0,{method},{number},{gradient},{attacker},{attack},1"
        path.write_text(HEADER + "".join(f"{facts},{i},psnr,{psnr + 2 * i - 1}\n" for i in range(2)))
        return str(path)

    return write


def run(made, out, name, arguments):
    runpy.run_path(str(ROOT / "scripts" / "tables" / f"{name}.py"))["main"](
        [*made.common, "--out-dir", str(out), *arguments]
    )
    assert (out / f"{name}.tex").read_text().count(r"\toprule") == 1
    return (out / f"{name}.md").read_text()


def rows_of(text):
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]


def test_controls_keep_the_axes_apart(made, write, tmp_path):
    values = {("method", "naive"): 10.0, ("method", "adaptive"): 30.0, ("plain", "naive"): 40.0}
    methods, rounds = made.config["report"]["controls"]["methods"], made.config["rounds"]["table"]
    paths = [
        write(f"{m}{r}{g}{a}", m, "ig", value + r + methods.index(m) / 10, r, g, a)
        for m in methods for r in rounds for (g, a), value in values.items()
    ]  # fmt: skip
    text = run(made, tmp_path, "controls", ["--metrics", *paths, "--checkpoints", *made.checkpoints(methods, rounds)])
    rows = rows_of(text)[2:]
    assert len(rows) == len(methods) * len(rounds) * len(made.config["report"]["controls"]["attacks"])
    place = len(methods) + methods.index("fedasam")  # the table's second round
    assert rows[place][:6] == ["IG", str(rounds[1]), "FedASAM", *(f"{v + rounds[1] + 0.2:.2f}" for v in (10, 30, 40))]
    assert "FedSAI†" in text and "2 images" in text
    assert set(pd.read_csv(tmp_path / "controls.csv")["metric"]) == {"psnr", "accuracy_percent"}


def test_credit_sets_the_truth_beside_the_answer(made, write, tmp_path):
    shown = made.config["report"]["credit"]
    pairs = [(m, a) for m in shown["methods"] for a in shown["attacks"]]
    metrics = [write(f"{m}{a}", m, a, 20.0 + i) for i, (m, a) in enumerate(pairs)]
    attacks = []
    for i, (method, attack) in enumerate(pairs):
        path = tmp_path / f"{method}{attack}.safetensors"
        tensors = {"distance": torch.tensor([1.0, 2.0, 9.0]) * 10.0**-i, "distance_truth": torch.full((3,), 0.5)}
        save_tensors(path, tensors, {"method": method, "attack": attack}, Provenance("attack", {}))
        attacks.append(str(path))
    rows = rows_of(
        run(made, tmp_path, "credit", ["--metrics", *metrics, "--attacks", *attacks, "--reported", REPORTED])
    )[2:]
    place = shown["attacks"].index("gias_untrained")
    expected = f"{20 + place:.2f}", "36.25", f"{2 * 10.0**-place:.1e}", "5.0e-01"
    assert rows[place] == ["FedAvg", "GIAS (untrained)", *expected]
    assert len(rows) == len(pairs)


def test_published_stands_beside_the_paper(made, tmp_path):
    shown, rounds = made.config["report"]["published"], made.config["rounds"]["table"]
    metrics = []
    for attack, ours in zip(shown["attacks"], ("idlg", "gi", "ig"), strict=True):
        for path in made.metrics(shown["methods"], [ours], rounds):
            copy = tmp_path / path.lstrip("/").replace("/", "_")
            copy.write_text(Path(path).read_text().replace(f",{ours},", f",{attack},"))
            metrics.append(str(copy))
    text = run(made, tmp_path, "published", ["--metrics", *metrics, "--reported", REPORTED])
    rows = rows_of(text)[2:]
    assert len(rows) == len(shown["methods"]) * len(shown["attacks"]) * len(rounds)
    place = shown["attacks"].index("ig_published")
    mean = pd.read_csv(made.metric("fedavg", "ig", 0, 1)).query("metric == 'psnr'")["value"].mean()
    assert rows[place][:5] == ["0", "FedAvg", "IG (published)", f"{mean:.2f}", "33.71"]
    assert len(rows[0]) == 3 + 2 * len(made.config["metrics"])
    near = [row for row in rows if abs(float(row[3]) - float(row[4])) <= 1]
    assert f"PSNR: {len(near)} of {len(rows)} within 1 dB" in text


def test_study_has_a_row_a_reading_beside_the_papers(made, write, tmp_path):
    study = made.config["study"]
    cases = [
        (f"{i}-{n}", m, a) for i in study["inputs"] for n in study["init"] for m in study["methods"] for a in study["attacks"]
    ]  # fmt: skip
    paths = [write(f"study/{r}/{m}/{a}", m, a, 10.0 + place) for place, (r, m, a) in enumerate(cases)]
    text = run(made, tmp_path, "study", ["--metrics", *paths, "--reported", REPORTED])
    rows = rows_of(text)[2:]
    assert rows[0] == ["the paper", "", "IG", "33.71", "16.55", "16.05", "", ""]
    assert len(rows) == 1 + len(study["inputs"]) * len(study["init"]) * len(study["attacks"])
    expected = [10.0 + cases.index(("raw-dlg", method, "ig_short")) for method in study["methods"]]
    assert ["raw", "dlg", "IG (1,000 steps)", *(f"{value:.2f}" for value in expected)] in rows


def test_study_says_which_reading_is_nearest(made, write, tmp_path):
    study = made.config["study"]
    paper = {"fedavg": 33.71, "fedsam": 16.55, "fedasam": 16.05}
    paths = []
    for inputs in study["inputs"]:
        for init in study["init"]:
            for method in study["methods"]:
                off = (inputs == "raw") + 2 * (init == "dlg") + (2 if method == "fedasam_eta020" else 3)
                for place, attack in enumerate(study["attacks"]):
                    value = paper[method.split("_")[0]] + off + 4 * place
                    paths.append(write(f"study/{inputs}-{init}/{method}/{attack}", method, attack, value))
    text = run(made, tmp_path, "study", ["--metrics", *paths, "--reported", REPORTED])
    # FedAvg and FedSAM are 3 dB off, FedASAM's nearest entry 2: 8/3; each other choice adds its own step.
    assert "Nearest to the paper's numbers: normalised, pytorch, IG, FedASAM (eta 0.2); 2.7 dB away" in text
    assert "normalised 2.7, raw 3.7; dlg 4.7, pytorch 2.7; IG 2.7, IG (1,000 steps) 6.7" in text
    assert "FedASAM 3.0, FedASAM (eta 0.2) 2.7, FedASAM (eta 0.01) 3.0" in text


def test_what_is_missing_is_told(made, write, tmp_path):
    with pytest.raises(FlatgiaError, match="no rows for method"):
        run(
            made,
            tmp_path,
            "study",
            ["--metrics", write("study/raw-dlg/fedavg/ig", "fedavg", "ig", 9.0), "--reported", REPORTED],
        )
