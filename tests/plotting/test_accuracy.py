import pytest
import torch

from flatgia.core.artifacts import Provenance, load_facts, load_tensors, provenance_path, save_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.plotting.accuracy import read_accuracy


def checkpoint(path, accuracy=0.5, seed=0, **more):
    facts = {"method": "fedavg", "round": 0, "seed": seed, "accuracy": accuracy} | more
    save_tensors(path, {"w": torch.zeros(3)}, facts, Provenance("train", {}))
    return path


def test_facts_are_those_that_the_library_reads(tmp_path):
    path = checkpoint(tmp_path / "a")
    assert load_facts(path) == load_tensors(path)[1]


@pytest.mark.parametrize("data", [b"", b"\xff" * 8, b"\x02\0\0\0\0\0\0\0[]", b"\x04\0\0\0\0\0\0\0{}"])
def test_damaged_file_is_named(tmp_path, data):
    path = checkpoint(tmp_path / "a")
    path.write_bytes(data)
    provenance_path(path).unlink()
    if data.endswith(b"{}"):
        assert load_facts(path) == {}  # short, but its header is whole
    else:
        with pytest.raises(FlatgiaError, match="not a whole safetensors file"):
            load_facts(path)


def test_percent_over_seeds(tmp_path):
    paths = [checkpoint(tmp_path / "a", 0.5), checkpoint(tmp_path / "b", 0.6, seed=1)]
    line = read_accuracy(paths, ["fedavg"], [0]).iloc[0]
    assert (line["mean"], line["se"], line["n"]) == (pytest.approx(55), pytest.approx(5), 2)


def test_missing_checkpoint_is_named(tmp_path):
    with pytest.raises(FlatgiaError, match="method fedavg at round 7"):
        read_accuracy([checkpoint(tmp_path / "a")], ["fedavg"], [7])


def test_checkpoint_without_facts(tmp_path):
    save_tensors(tmp_path / "a", {"w": torch.zeros(3)}, {}, Provenance("train", {}))
    with pytest.raises(FlatgiaError, match="accuracy"):
        read_accuracy([tmp_path / "a"], ["fedavg"], [0])
