"""What a run leaves, and holding one run against another."""

import pandas as pd
import pytest

import record
from flatgia.artifacts import Record, save_json, save_tensors
from flatgia.errors import FlatgiaError
from flatgia.manifest import compare, read_manifest

HEADER = "run,seed,method,round,gradient,attacker,attack,batch,image,metric,value\n"
ROW = "tiny,0,fedavg,0,method,naive,ig,1,{image},psnr,{value}\n"


@pytest.fixture
def finished(tmp_path):
    """A folder with a small run's results and figures."""
    results = tmp_path / "results" / "tiny" / "seed_0"
    metrics = results / "metrics/fedavg/method-naive/ig/b1"
    metrics.mkdir(parents=True)
    (metrics / "start.csv").write_text(HEADER + ROW.format(image=1, value=20.5))
    (metrics / "table.csv").write_text(HEADER + ROW.format(image=1, value=20.5) + ROW.format(image=0, value=9.25))
    facts = {"method": "fedavg", "round": 0, "seed": 0, "accuracy": 0.1, "loss": 2.3}
    save_json(results / "hessian/fedavg/round_0000.json", {**facts, "log_det": -1.5, "probes": [1]}, Record("h", {}))
    save_tensors(results / "checkpoints/fedavg/round_0000.safetensors", {}, facts, Record("train", {}))
    figures = tmp_path / "paper_figures" / "tiny"
    figures.mkdir(parents=True)
    (figures / "table1.csv").write_text("a\n")
    return tmp_path


def go(folder, *more):
    record.main(["--root", str(folder), "--scale", "tiny", *more])


def test_every_value_is_kept_once_and_the_next_look_finds_nothing_changed(finished, capsys):
    go(finished)
    data = finished / "paper_figures/tiny/data"
    assert pd.read_csv(data / "measures.csv")["value"].tolist() == [9.25, 20.5]
    assert list(pd.read_csv(data / "hessian.csv").columns) == ["seed", "method", "round", "accuracy", "log_det", "loss"]
    assert pd.read_csv(data / "training.csv")["accuracy"].tolist() == [0.1]
    manifest = read_manifest(finished / "paper_figures/tiny/manifest.csv")
    assert "paper_figures/tiny/table1.csv" in manifest and "paper_figures/tiny/data/training.csv" in manifest
    assert len(manifest) == 2 + 1 + 1 + 1 + 3 and not any("provenance" in path for path in manifest)
    go(finished, "--check")
    assert "8 files in the manifest, 0 of them" in capsys.readouterr().out


def test_what_differs_is_named(finished, capsys):
    go(finished)
    (finished / "paper_figures/tiny/table1.csv").write_text("b\n")
    (finished / "paper_figures/tiny/data/training.csv").unlink()
    (finished / "results/tiny/seed_0/more.csv").write_text("\n")
    with pytest.raises(SystemExit) as left:
        go(finished, "--check")
    said = capsys.readouterr().out
    assert left.value.code == 1
    assert "table1.csv: differs" in said and "training.csv: missing" in said and "more.csv: not in the manifest" in said


def test_comparing_a_run_with_itself_finds_nothing():
    assert list(compare({"a": "1"}, {"a": "1"})) == []


def test_mistakes_are_told(finished, tmp_path):
    with pytest.raises(FlatgiaError, match="no such folder"):
        record.main(["--root", str(tmp_path), "--scale", "other"])
    with pytest.raises(FlatgiaError, match="no manifest"):
        go(finished, "--check")
    (finished / "paper_figures/tiny/manifest.csv").write_text("x\n")
    with pytest.raises(FlatgiaError, match="no manifest"):
        go(finished, "--check")
