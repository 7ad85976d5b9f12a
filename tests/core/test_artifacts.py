"""Artifacts and what is said about them."""

import errno
import json
import os
import resource
import subprocess

import pytest
import torch

from flatgia.core import artifacts
from flatgia.core.artifacts import Provenance, artifact, check, provenance_path, replacing
from flatgia.core.errors import FlatgiaError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "a.safetensors"


def write(path, value=1.0, facts=None):
    tensors = {"b": torch.full((2, 3), value), "a": torch.arange(4)}
    artifacts.save_tensors(path, tensors, facts or {"round": 3}, Provenance("train", {"x": 1}, seed=5))


def test_tensors_and_facts_come_back(path):
    write(path, facts={"accuracy": 0.25, "method": "fedsam"})
    tensors, facts = artifacts.load_tensors(path)
    assert torch.equal(tensors["b"], torch.ones(2, 3)) and torch.equal(tensors["a"], torch.arange(4))
    assert facts == artifacts.load_facts(path) == {"accuracy": 0.25, "method": "fedsam"}
    arrays, _ = artifacts.load_arrays(path)
    assert arrays["a"].tolist() == [0, 1, 2, 3]


def test_json_comes_back(path):
    artifacts.save_json(path, {"b": [1, 2.5], "a": None}, Provenance("notes", {}))
    assert artifacts.load_json(path) == {"a": None, "b": [1, 2.5]}


def test_a_view_of_a_tensor_is_written_whole(path):
    whole = torch.arange(6.0).view(2, 3)
    artifacts.save_tensors(path, {"t": whole.T, "row": whole[1]}, {}, Provenance("x", {}))
    tensors, _ = artifacts.load_tensors(path)
    assert torch.equal(tensors["t"], whole.T) and torch.equal(tensors["row"], whole[1])


def test_the_same_values_give_the_same_bytes(path):
    write(path, facts={"a": 1, "b": 2})
    first = path.read_bytes()
    write(path, facts={"b": 2, "a": 1})
    assert path.read_bytes() == first


def test_a_failure_leaves_the_old_file_and_nothing_else(path):
    write(path)
    before = {file: file.read_bytes() for file in path.parent.iterdir()}
    with pytest.raises(RuntimeError), artifact(path, Provenance("train", {})) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before


def test_a_failure_leaves_nothing_where_nothing_was(tmp_path):
    with pytest.raises(RuntimeError), replacing(tmp_path / "x") as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def dead():
    """The number of a process that has ended."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


@pytest.mark.parametrize("name", ["x.json", "[a-z]*?.json", ".x.json"])
def test_what_killed_processes_left_is_removed_and_no_more(tmp_path, dead, name):
    kept = [f".{os.getpid()}.other.json", f".{os.getppid()}.{name}", f".{dead}.other.json", f".{dead}.{name}.resume"]
    kept += [f".{dead}.a.{name}", f".a{dead}.{name}", f".{dead}{name}", f".x.{dead}.{name}", f"{dead}.{name}"]
    kept += [f".{10**30}.{name}", f"..{name}", f".{name}"]
    left = [f".{dead}.{name}"]
    for file in kept + left:
        (tmp_path / file).write_text("half")
    with replacing(tmp_path / name) as temporary:
        temporary.write_text("whole")
    assert {file.name for file in tmp_path.iterdir()} == {name, *kept}
    assert (tmp_path / name).read_text() == "whole"


def test_provenance_says_what_made_it(path, tmp_path, monkeypatch):
    monkeypatch.setattr(artifacts, "gpu_facts", dict)
    source = tmp_path / "source"
    source.write_text("abc")
    artifacts.save_json(path, 1, Provenance("stage", {"n": 2}, [source], seed=7, device="cuda"))
    found = json.loads(provenance_path(path).read_text())
    known = {"stage": "stage", "parameters": {"n": 2}, "seed": 7, "device": "cuda", "sha256": artifacts.sha256(path)}
    assert {key: found[key] for key in known} == known
    # SHA-256 of "abc", FIPS 180-2.
    assert found["inputs"] == {str(source): "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
    assert found["versions"]["torch"] and found["versions"]["python"]
    assert found["seconds"] >= 0 and found["peak_memory_mib"] > 1


@pytest.mark.parametrize("place", [0, 20, -1])
def test_one_flipped_byte_is_found_and_named(path, place):
    write(path)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    for load in (check, artifacts.load_tensors, artifacts.load_arrays, artifacts.load_facts):
        with pytest.raises(FlatgiaError, match=r"a\.safetensors: damaged: its SHA-256"):
            load(path)


@pytest.mark.parametrize("load", [artifacts.load_tensors, artifacts.load_facts, artifacts.load_json])
@pytest.mark.parametrize("data", [b"", b"\0" * 20, b"\xff" * 40, b"\x02" + b"\0" * 7 + b"[]", b"\xe4{"])
def test_garbage_without_provenance_is_named(tmp_path, load, data):
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(FlatgiaError, match="not a whole"):
        load(tmp_path / "x")


def test_only_what_we_made_is_to_be_deleted(path):
    artifacts.save_json(path, [1], Provenance("x", {}))
    for load in (artifacts.load_tensors, artifacts.load_facts):
        with pytest.raises(FlatgiaError, match="give a .safetensors, or delete it and run the same command again"):
            load(path)
    provenance_path(path).unlink()
    for load in (artifacts.load_tensors, artifacts.load_facts):
        with pytest.raises(FlatgiaError, match=r"give a \.safetensors\.$"):
            load(path)


def test_a_cut_file_is_named(path):
    write(path)
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(FlatgiaError, match="damaged"):
        artifacts.load_tensors(path)
    provenance_path(path).unlink()
    with pytest.raises(FlatgiaError, match="not a whole safetensors"):
        artifacts.load_tensors(path)


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", "1", "\xff"])
def test_a_damaged_provenance_is_named(path, text):
    write(path)
    provenance_path(path).write_bytes(text.encode("latin-1"))
    with pytest.raises(FlatgiaError, match="provenance"):
        check(path)


def test_a_missing_file_is_named(path):
    with pytest.raises(FlatgiaError, match=r"a\.safetensors: no such file"):
        check(path)


def test_a_missing_input_is_named(tmp_path):
    with pytest.raises(FlatgiaError, match="gone: no such file"):
        Provenance("stage", {}, [tmp_path / "gone"])


def test_a_full_disk_leaves_the_old_file(path, monkeypatch):
    write(path)
    before = path.read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(artifacts.os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write(path, 2.0)
    assert path.read_bytes() == before
    assert len(list(path.parent.iterdir())) == 2


def test_a_disk_that_takes_no_more_is_an_error_of_the_disk(path):
    # `flatgia.core.cli.run` tells an OSError of the disk in one sentence; safetensors would raise an error of its own.
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            artifacts.save_tensors(path, {"a": torch.zeros(2**19)}, {}, Provenance("x", {}))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(path.parent.iterdir()) == []


def test_not_a_number_is_no_json(path):
    with pytest.raises(ValueError, match="JSON"):
        artifacts.save_json(path, float("nan"), Provenance("x", {}))
    assert not path.exists()


def test_what_is_written_can_be_read_by_all(path):
    write(path)
    assert path.stat().st_mode & 0o777 == 0o666 & ~artifacts._umask()


def test_a_gpus_provenance_names_it(monkeypatch, tmp_path):
    monkeypatch.setattr(artifacts, "gpu_facts", lambda: {"gpu": "a GPU", "cuda": "13.0"})
    for device, named in (("cpu", False), ("cuda", True)):
        found = artifacts.Provenance("train", {}, device=device).describe("0")
        assert ("gpu" in found) == named
