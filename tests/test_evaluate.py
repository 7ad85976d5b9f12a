"""The command that scores attacks: several artifacts in, as many tables out."""

import csv
import json

import pytest
import torch

import evaluate
from flatgia.artifacts import Record, provenance_path, save_tensors
from flatgia.errors import FlatgiaError
from flatgia.metrics.table import COLUMNS

FACTS = {
    "run": "quick", "seed": 3, "method": "fedsam", "round": 100,
    "gradient": "method", "attacker": "naive", "attack": "ig", "batch": 1,
}  # fmt: skip
COMPUTE = {"threads": 1, "device": "cpu", "compile": "never"}
CONFIG = json.dumps({"compute": COMPUTE, "metrics": ["psnr", "mse"]})


@pytest.fixture
def files(tmp_path):
    """Targets, two attacks (an MSE of 0.01 and of 0.04), and where their tables go."""
    images = torch.full((2, 3, 32, 32), 51, dtype=torch.uint8)  # 0.2
    save_tensors(tmp_path / "targets", {"images": images}, {}, Record("targets", {}))
    for name, value in (("one", 0.3), ("two", 0.4)):
        tensors = {"reconstruction": torch.full((2, 1, 3, 32, 32), value), "truth_index": torch.tensor([[1], [0]])}
        save_tensors(tmp_path / name, tensors, FACTS | {"attack": name}, Record("attack", {}))
    return tmp_path


def words(folder, *outs):
    attacks = [str(folder / "one"), str(folder / "two")]
    return ["--config", CONFIG, "--targets", str(folder / "targets"), "--attack", *attacks, "--out", *outs]


def test_each_attack_gets_its_table(files):
    outs = [str(files / "out" / "one.csv"), str(files / "out" / "two.csv")]
    evaluate.main(words(files, *outs))
    for out, attack, mse, psnr in zip(outs, ("one", "two"), (0.01, 0.04), (20.0, 13.9794), strict=True):
        with open(out, newline="") as file:
            rows = list(csv.DictReader(file))
        assert tuple(rows[0]) == COLUMNS
        assert [(row["image"], row["metric"]) for row in rows] == [(i, m) for i in "10" for m in ("psnr", "mse")]
        assert {name: rows[0][name] for name in FACTS} == {k: str(v) for k, v in (FACTS | {"attack": attack}).items()}
        assert float(rows[0]["value"]) == pytest.approx(psnr, abs=1e-4)
        assert float(rows[1]["value"]) == pytest.approx(mse, rel=1e-6)
        provenance = json.loads(provenance_path(out).read_text())
        assert set(provenance["inputs"]) == {str(files / attack), str(files / "targets")}


def test_twice_gives_the_same_bytes(files):
    outs = [files / "one.csv", files / "two.csv"]
    evaluate.main(words(files, *map(str, outs)))
    first = [out.read_bytes() for out in outs]
    evaluate.main(words(files, *map(str, outs)))
    assert [out.read_bytes() for out in outs] == first


def test_every_attack_wants_a_table(files):
    with pytest.raises(FlatgiaError, match="1 tables for 2 attacks"):
        evaluate.main(words(files, str(files / "one.csv")))


def test_a_broken_reconstruction_gets_no_table(files):
    bad = {"reconstruction": torch.full((2, 1, 3, 32, 32), torch.nan), "truth_index": torch.tensor([[1], [0]])}
    save_tensors(files / "two", bad, FACTS, Record("attack", {}))
    with pytest.raises(FlatgiaError, match="two: 2 of its images are not finite"):
        evaluate.main(words(files, str(files / "one.csv"), str(files / "two.csv")))
    assert (files / "one.csv").exists() and not (files / "two.csv").exists()
