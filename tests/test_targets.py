"""The command that picks the images that are attacked."""

import json

import pytest
import torch

import targets
from flatgia.core.artifacts import load_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.datasets.partition import client_indices
from flatgia.settings.settings import Settings


def pick(settings, data, out):
    targets.main(["--config", json.dumps(settings), "--data", str(data), "--out", str(out)])
    return load_tensors(out)[0]


def test_one_image_of_each_class_from_the_client(tiny, data_file, tmp_path):
    tiny["targets"] = {"client": 1, "images": 10}
    tiny["federation"]["images_per_client"] = 200
    found = pick(tiny, data_file, tmp_path / "x")
    data, _ = load_tensors(data_file)
    assert found["labels"].tolist() == list(range(10))
    assert torch.equal(found["images"], data["train_images"][found["indices"]])
    assert torch.equal(found["labels"], data["train_labels"][found["indices"]])
    mine = client_indices(data["train_labels"], Settings(tiny).federation, 0)[1]
    assert set(found["indices"].tolist()) <= set(mine.tolist())
    first = (tmp_path / "x").read_bytes()
    pick(tiny, data_file, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == first


def test_more_than_the_client_holds_is_a_mistake(tiny, data_file, tmp_path):
    tiny["targets"]["images"] = 41
    with pytest.raises(FlatgiaError, match="the client holds 40 images"):
        pick(tiny, data_file, tmp_path / "x")
