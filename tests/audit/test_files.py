"""What a file of tensors may look like."""

import argparse
import os
import pickle

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from flatgia.audit.files import read_file
from flatgia.core.errors import FlatgiaError

A, B = torch.arange(6.0).view(2, 3), torch.tensor([1.0, -1.0])


def legacy(value, path):
    torch.save(value, path, _use_new_zipfile_serialization=False)


NAMED = {
    "safetensors": lambda path: save_file({"a": A, "b": B}, path),
    "torch": lambda path: torch.save({"a": A, "b": B}, path),
    "torch, legacy": lambda path: legacy({"a": A, "b": B}, path),
    "torch, arrays": lambda path: torch.save({"a": A.numpy(), "b": B.numpy()}, path),
    "torch, parameters": lambda path: torch.save({"a": torch.nn.Parameter(A), "b": torch.nn.Parameter(B)}, path),
    "torch, pairs": lambda path: torch.save([("a", A), ("b", B)], path),
    "npz": lambda path: np.savez(path.open("wb"), a=A, b=B),
    "npz, compressed": lambda path: np.savez_compressed(path.open("wb"), a=A, b=B),
    "sparse": lambda path: torch.save({"a": A.to_sparse(), "b": B}, path),
}
ORDERED = {
    "list": lambda path: torch.save([A, B], path),
    "tuple": lambda path: torch.save((A, B), path),
    "numbers for names": lambda path: torch.save({1: B, 0: A}, path),
    "arrays": lambda path: torch.save([A.numpy(), B.numpy()], path),
    "npz": lambda path: np.savez(path.open("wb"), A, B),
}
WRAPPED = {
    "lightning": {"epoch": 3, "state_dict": {"a": A, "b": B}, "callbacks": {}, "hyper_parameters": {"lr": 0.1}},
    "tutorial": {"model_state_dict": {"a": A, "b": B}, "optimizer_state_dict": {"state": {}, "param_groups": []}},
    "a scalar beside": {"loss": np.float64(0.5), "gradients": {"a": A, "b": B}},
    "options beside": {"args": argparse.Namespace(lr=0.1), "net": {"a": A, "b": B}},
    "a pair": ({"a": A, "b": B}, 3),
    "two levels": {"client": {"state": {"a": A, "b": B}}},
}


@pytest.mark.parametrize("name", ["x.pt", "x.npz", "x.safetensors", "x"])
@pytest.mark.parametrize("kind", NAMED)
def test_named_tensors_are_read_by_content(tmp_path, kind, name):
    NAMED[kind](tmp_path / name)
    (bundle,) = read_file(tmp_path / name).bundles
    assert list(bundle.tensors) == ["a", "b"] and bundle.key == ""
    assert torch.equal(bundle.tensors["a"], A) and torch.equal(bundle.tensors["b"], B)


@pytest.mark.parametrize("kind", ORDERED)
def test_ordered_tensors(tmp_path, kind):
    ORDERED[kind](tmp_path / "x")
    (bundle,) = read_file(tmp_path / "x").bundles
    assert isinstance(bundle.tensors, list) and torch.equal(bundle.tensors[0], A) and torch.equal(bundle.tensors[1], B)


def test_a_dozen_arrays_keep_their_order(tmp_path):
    np.savez(tmp_path / "x.npz", *[np.full(2, float(i)) for i in range(12)])
    (bundle,) = read_file(tmp_path / "x.npz").bundles
    assert [tensor[0].item() for tensor in bundle.tensors] == list(range(12))


@pytest.mark.parametrize("kind", WRAPPED)
def test_one_level_of_wrapping(tmp_path, kind):
    torch.save(WRAPPED[kind], tmp_path / "x")
    found = [b for b in read_file(tmp_path / "x").bundles if isinstance(b.tensors, dict) and "a" in b.tensors]
    assert len(found) == 1 and found[0].key and torch.equal(found[0].tensors["a"], A)


def test_what_holds_no_tensors_is_told(tmp_path):
    torch.save({"epoch": 3, "lr": 0.1}, tmp_path / "x")
    with pytest.raises(FlatgiaError, match="x: it holds no tensors, but dict of epoch, lr"):
        read_file(tmp_path / "x")


class Evil:
    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.system, (f"touch {self.mark}",)


@pytest.mark.parametrize("save", [torch.save, legacy, lambda value, path: path.write_bytes(pickle.dumps(value))])
def test_nothing_in_a_file_runs(tmp_path, save):
    save({"a": Evil(tmp_path / "ran")}, tmp_path / "x.npz")
    with pytest.raises(FlatgiaError, match="nothing in it was run"):
        read_file(tmp_path / "x.npz")
    np.savez(tmp_path / "y.npz", a=np.array([Evil(tmp_path / "ran"), 1], dtype=object))
    with pytest.raises(FlatgiaError, match="an array of objects; nothing in it was run"):
        read_file(tmp_path / "y.npz")
    assert not (tmp_path / "ran").exists()


def test_a_whole_module_is_told_by_its_name(tmp_path):
    torch.save(torch.nn.Linear(2, 2), tmp_path / "x.pt")
    with pytest.raises(FlatgiaError, match=r"more than tensors \(torch.nn.modules.linear.Linear\).*state_dict"):
        read_file(tmp_path / "x.pt")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04" + bytes(40), b"\x80\x02", b"\x93NUMPY\x01"])
def test_rubbish_is_one_sentence(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(FlatgiaError) as caught:
        read_file(tmp_path / "x")
    assert "\n" not in str(caught.value)
