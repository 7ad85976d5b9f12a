"""The resume file."""

import resource

import pytest
import torch

from flatgia.generator.resume import load_resume, save_resume


def test_comes_back_for_the_same_training_only(tmp_path):
    path = tmp_path / "a.resume"
    assert load_resume(path, "one") is None
    save_resume(path, {"x": torch.arange(3.0)}, 7, "one")
    tensors, step = load_resume(path, "one")
    assert step == 7 and torch.equal(tensors["x"], torch.arange(3.0))
    assert load_resume(path, "two") is None
    assert [file.name for file in tmp_path.iterdir()] == ["a.resume"]


def test_a_cut_file_is_ignored_with_a_line(tmp_path, capsys):
    path = tmp_path / "a.resume"
    save_resume(path, {"x": torch.arange(300.0)}, 7, "one")
    path.write_bytes(path.read_bytes()[:-100])
    assert load_resume(path, "one") is None
    said = capsys.readouterr().err
    assert said.startswith(f"{path}: not a whole safetensors file") and said.endswith("; starting over\n")


def test_a_disk_that_takes_no_more_is_an_error_of_the_disk(tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            save_resume(tmp_path / "a.resume", {"x": torch.zeros(2**19)}, 7, "one")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []
