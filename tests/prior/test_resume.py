"""The resume file."""

import pytest
import torch

from flatgia.errors import FlatgiaError
from flatgia.prior.resume import load_resume, save_resume


def test_comes_back_for_the_same_training_only(tmp_path):
    path = tmp_path / "a.resume"
    assert load_resume(path, "one") is None
    save_resume(path, {"x": torch.arange(3.0)}, 7, "one")
    tensors, step = load_resume(path, "one")
    assert step == 7 and torch.equal(tensors["x"], torch.arange(3.0))
    assert load_resume(path, "two") is None
    assert [file.name for file in tmp_path.iterdir()] == ["a.resume"]


def test_a_cut_file_is_named(tmp_path):
    path = tmp_path / "a.resume"
    save_resume(path, {"x": torch.arange(300.0)}, 7, "one")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(FlatgiaError, match=r"a\.resume.*not a whole"):
        load_resume(path, "one")
