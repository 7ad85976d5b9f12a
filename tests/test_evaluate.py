"""The command that scores attacks: several artifacts in, one table out."""

import csv
import json

import pytest
import torch

import evaluate
from flatgia.core.artifacts import Provenance, provenance_path, save_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.metrics.table import COLUMNS

FACTS = {
    "run": "quick", "seed": 3, "method": "fedsam", "round": 100,
    "gradient": "method", "attacker": "naive", "attack": "ig", "batch": 1,
}  # fmt: skip
COMPUTE = {"threads": 1, "device": "cpu", "instructions": "portable", "compile": "never"}
CONFIG = json.dumps({"compute": COMPUTE, "metrics": ["psnr", "mse"]})


@pytest.fixture
def files(tmp_path):
    """Targets, two attacks (an MSE of 0.01 and of 0.04), and a folder for the table."""
    images = torch.full((2, 3, 32, 32), 51, dtype=torch.uint8)  # 0.2
    save_tensors(tmp_path / "targets", {"images": images, "indices": torch.arange(2)}, {}, Provenance("targets", {}))
    for name, value in (("one", 0.3), ("two", 0.4)):
        tensors = {"reconstruction": torch.full((2, 1, 3, 32, 32), value), "truth_index": torch.tensor([[1], [0]])}
        save_tensors(tmp_path / name, tensors, FACTS | {"attack": name}, Provenance("attack", {}))
    return tmp_path


def words(folder, out):
    attacks = [str(folder / "one"), str(folder / "two")]
    return ["--config", CONFIG, "--targets", str(folder / "targets"), "--attack", *attacks, "--out", str(out)]


def test_all_attacks_are_in_one_table(files):
    out = files / "out" / "table.csv"
    evaluate.main(words(files, out))
    with open(out, newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 8
    for part, attack, mse, psnr in ((rows[:4], "one", 0.01, 20.0), (rows[4:], "two", 0.04, 13.9794)):
        assert [(row["image"], row["metric"]) for row in part] == [(i, m) for i in "10" for m in ("psnr", "mse")]
        expected = {name: str(value) for name, value in (FACTS | {"attack": attack}).items()}
        assert {name: part[0][name] for name in FACTS} == expected
        assert float(part[0]["value"]) == pytest.approx(psnr, abs=1e-4)
        assert float(part[1]["value"]) == pytest.approx(mse, rel=1e-6)
    provenance = json.loads(provenance_path(out).read_text())
    assert set(provenance["inputs"]) == {str(files / name) for name in ("one", "two", "targets")}


def test_twice_gives_the_same_bytes(files):
    out = files / "table.csv"
    evaluate.main(words(files, out))
    first = out.read_bytes()
    evaluate.main(words(files, out))
    assert out.read_bytes() == first


def test_the_same_attack_twice_is_refused(files):
    again = files / ".." / files.name / "one"
    twice = [*words(files, files / "table.csv"), "--attack", str(files / "one"), str(again)]
    with pytest.raises(FlatgiaError, match="one is given twice"):
        evaluate.main(twice)
    assert not (files / "table.csv").exists()


def test_one_broken_reconstruction_and_there_is_no_table(files):
    bad = {"reconstruction": torch.full((2, 1, 3, 32, 32), torch.nan), "truth_index": torch.tensor([[1], [0]])}
    save_tensors(files / "two", bad, FACTS, Provenance("attack", {}))
    with pytest.raises(FlatgiaError, match="two: 2 of its images are not finite"):
        evaluate.main(words(files, files / "table.csv"))
    assert not (files / "table.csv").exists()
