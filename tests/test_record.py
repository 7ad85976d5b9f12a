"""What a run leaves, and holding one run against another."""

import json
import shutil
import subprocess

import pandas as pd
import pytest
import torch

import record
from flatgia.core.artifacts import Provenance, save_json, save_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.pipeline.manifest import compare, read_manifest

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
    save_json(
        results / "hessian/fedavg/round_0000.json", {**facts, "log_det": -1.5, "probes": [1]}, Provenance("h", {})
    )
    save_tensors(results / "checkpoints/fedavg/round_0000.safetensors", {}, facts, Provenance("train", {}))
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
    assert (
        "\n8 equal, 0 close, 0 different, 0 other bytes, 0 missing, 0 not in the manifest\n" in capsys.readouterr().out
    )


def test_the_manifest_says_whose_bytes_they_are(finished):
    older = finished / "results/tiny/seed_0/hessian/fedavg/round_0000.json.provenance.json"
    voucher = json.loads(older.read_text())
    del voucher["instructions"]  # before it was told
    older.write_text(json.dumps(voucher))
    go(finished)
    lines = (finished / "paper_figures/tiny/manifest.csv").read_text().splitlines()
    told = {line.split(",")[0]: line.split(",")[2] for line in lines}
    assert told["path"] == "instructions" and told["paper_figures/tiny/table1.csv"] == ""
    checkpoint = "results/tiny/seed_0/checkpoints/fedavg/round_0000.safetensors"
    assert told[checkpoint] in ("portable", "native") and told[str(older.relative_to(finished))[:-16]] == "native"


def commit(folder):
    """The folder's state as a commit."""
    for words in ("init -q", "add -A paper_figures", "-c user.name=a -c user.email=a@b commit -q -m run"):
        subprocess.run(["git", "-C", str(folder), *words.split()], check=True)


def checked(folder, capsys, *more):
    """Exit status, and the lines that the check prints."""
    capsys.readouterr()
    try:
        go(folder, "--check", *more)
    except SystemExit as left:
        return left.code, capsys.readouterr().out.splitlines()
    return 0, capsys.readouterr().out.splitlines()


def test_what_differs_is_named_with_how_much(finished, capsys):
    (finished / "paper_figures/tiny/fig01.csv").write_text("round,psnr\n0,20\n1,10\n")
    go(finished)
    commit(finished)
    figures, results = finished / "paper_figures/tiny", finished / "results/tiny/seed_0"
    (figures / "table1.csv").write_text("b\n")
    (figures / "fig01.csv").write_text("round,psnr\n0,20.001\n1,10\n")
    (figures / "claims.md").write_text("\n")
    (results / "metrics/fedavg/method-naive/ig/b1/table.csv").write_text(HEADER + ROW.format(image=0, value=9.0))
    (results / "checkpoints/fedavg/round_0000.safetensors").unlink()
    status, lines = checked(finished, capsys)
    assert status == 1
    assert lines == [
        "paper_figures/tiny/fig01.csv: close, 1 of 4 numbers, by up to 5.0e-05 of their size",
        "paper_figures/tiny/data/measures.csv: different, 1 of 2 numbers, by up to 2.7e-02 of their size",
        "paper_figures/tiny/table1.csv: different, other words or rows",
        "results/tiny/seed_0/metrics/fedavg/method-naive/ig/b1/table.csv: other bytes, what it was is not kept",
        "results/tiny/seed_0/checkpoints/fedavg/round_0000.safetensors: missing",
        "paper_figures/tiny/claims.md: not in the manifest",
        "4 equal, 1 close, 2 different, 1 other bytes, 1 missing, 1 not in the manifest",
    ]
    # The numbers in data/ are the record's: the check writes nothing.
    assert "9.25" in (figures / "data/measures.csv").read_text()


def test_what_is_close_is_well(finished, capsys):
    go(finished)
    (finished / "results/tiny/seed_0/metrics/fedavg/method-naive/ig/b1/table.csv").write_text(
        HEADER + ROW.format(image=1, value=20.5) + ROW.format(image=0, value=9.2500001)
    )
    status, lines = checked(finished, capsys)
    assert status == 0 and lines[-1].startswith("6 equal, 1 close, 0 different, 1 other bytes")


def test_without_git_a_changed_table_is_different(finished, capsys):
    go(finished)
    (finished / "paper_figures/tiny/table1.csv").write_text("b\n")
    status, lines = checked(finished, capsys)
    assert status == 1 and lines[0] == "paper_figures/tiny/table1.csv: different, what it was is not kept"


def test_another_folders_run_has_every_number(finished, capsys, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "clone"
    shutil.copytree(finished, other)
    facts = {"method": "fedavg", "round": 0, "seed": 0, "accuracy": 0.1, "loss": 2.3}
    for root, value in ((finished, 1.0), (other, 1.0001)):
        path = root / "results/tiny/seed_0/checkpoints/fedavg/round_0000.safetensors"
        save_tensors(path, {"w": torch.tensor([value, 0.5])}, facts, Provenance("train", {}))
    status, lines = checked(finished, capsys, "--other", str(other))
    assert status == 0
    assert lines[0].endswith("round_0000.safetensors: close, 1 of 2 numbers, by up to 1.0e-04 of their size")


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


def test_a_folder_without_that_run_is_no_comparison(finished, tmp_path):
    (tmp_path / "empty/results/tiny").mkdir(parents=True)
    for other in ("empty", "none"):
        with pytest.raises(FlatgiaError, match="results/tiny: no such folder, or no results"):
            go(finished, "--check", "--other", str(tmp_path / other))


def test_naming_another_run_never_writes(finished):
    go(finished, "--other", str(finished))
    assert not (finished / "paper_figures/tiny/manifest.csv").exists()


@pytest.mark.parametrize("scale", ["", ".", "../tiny", "a/b"])
def test_what_is_no_name_of_a_scale_is_refused(finished, scale):
    with pytest.raises(FlatgiaError, match="--scale"):
        go(finished, "--scale", scale)
    assert not list(finished.glob("paper_figures/**/manifest.csv"))


def test_what_the_studies_show_is_in_the_manifest(finished):
    shown = finished / "paper_figures/tiny/studies/controls.md"
    shown.parent.mkdir()
    shown.write_text("a\n")
    go(finished)
    assert "paper_figures/tiny/studies/controls.md" in read_manifest(finished / "paper_figures/tiny/manifest.csv")
