"""The commands that make the data, on the synthetic set: no network."""

import json

import pytest
import torch

import auxiliary
import data
from flatgia.core.artifacts import load_tensors, provenance_path
from flatgia.datasets.synthetic import load_synthetic


@pytest.fixture
def made(tmp_path):
    data.main(["--dataset", "synthetic", "--out", str(tmp_path / "data.safetensors")])
    return tmp_path / "data.safetensors"


def test_data_are_written_with_their_source(made, tmp_path):
    tensors, facts = load_tensors(made)
    assert facts == {"dataset": "synthetic"}
    assert json.loads(provenance_path(made).read_text())["source"] == "synthetic"
    assert all(torch.equal(tensors[name], value) for name, value in load_synthetic()[0].items())
    first = made.read_bytes()
    data.main(["--dataset", "synthetic", "--out", str(made)])
    assert made.read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == [made.name, provenance_path(made).name]


def test_auxiliary_images_of_the_synthetic_set_are_its_test_images(made, tmp_path, monkeypatch):
    monkeypatch.setattr("flatgia.datasets.auxiliary.load_cifar100", lambda *_: pytest.fail("asked the network"))
    out = tmp_path / "auxiliary.safetensors"
    auxiliary.main(["--data", str(made), "--out", str(out)])
    tensors, facts = load_tensors(out)
    assert facts == {"source": "cifar10-test", "classes": 10, "stand_in": True}
    assert tensors["images"].shape == (200, 3, 32, 32)
    assert list(json.loads(provenance_path(out).read_text())["inputs"]) == [str(made)]
