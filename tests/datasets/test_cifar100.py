"""CIFAR-100: the fine labels, and only the official bytes."""

import numpy as np
import pytest
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.datasets import cifar100
from flatgia.datasets.sources import BadFolder


@pytest.fixture
def small100(monkeypatch, pin):
    """Five images, taken for the official file, and what they should come to."""
    rows = np.random.default_rng(1).integers(0, 256, (5, 3074), dtype=np.uint8)
    rows[:, 1] = [99, 0, 7, 50, 3]
    monkeypatch.setattr(cifar100, "MEMBER_PIN", pin(rows.tobytes()))
    return rows.tobytes(), torch.from_numpy(rows[:, 2:].reshape(-1, 3, 32, 32).copy())


@pytest.mark.parametrize("how", ["binary", "archive", "official"])
def test_each_source_gives_images_and_fine_labels(small100, how, tmp_path, web, monkeypatch, tar, pin):
    data, images = small100
    archive = tar({cifar100.MEMBER: data})
    monkeypatch.setattr(cifar100, "OFFICIAL", web.put("/cifar.tar.gz", archive))
    monkeypatch.setattr(cifar100, "OFFICIAL_PIN", pin(archive))
    if how == "binary":
        (tmp_path / "train.bin").write_bytes(data)
    if how == "archive":
        (tmp_path / "cifar-100-binary.tar.gz").write_bytes(archive)
    found = cifar100.load_cifar100(tmp_path if how != "official" else None, tmp_path / "scratch")
    assert torch.equal(found["train_images"], images)
    assert found["train_labels"].tolist() == [99, 0, 7, 50, 3]
    assert bool(web.asked) == (how == "official")


def test_other_bytes_and_no_folder_are_refused_and_nothing_is_fetched(small100, tmp_path, web, monkeypatch):
    monkeypatch.setattr(cifar100, "OFFICIAL", web.put("/cifar.tar.gz", b""))
    (tmp_path / "train.bin").write_bytes(bytes(3074))
    for folder, said in ((tmp_path, "train.bin in .*wrong content"), (tmp_path / "gone", "gone: no such folder")):
        with pytest.raises(BadFolder, match=said):
            cifar100.load_cifar100(folder, tmp_path)
    assert not web.asked


def test_a_folder_without_it_is_passed_over(small100, tmp_path, web, monkeypatch, tar, pin, capsys):
    archive = tar({cifar100.MEMBER: small100[0]})
    monkeypatch.setattr(cifar100, "OFFICIAL", web.put("/cifar.tar.gz", archive))
    monkeypatch.setattr(cifar100, "OFFICIAL_PIN", pin(archive))
    assert torch.equal(cifar100.load_cifar100(tmp_path, tmp_path / "scratch")["train_images"], small100[1])
    assert "trying the next source" in capsys.readouterr().err
    web.pages.clear()
    with pytest.raises(FlatgiaError, match="holds no(.|\n)*HTTP 404(.|\n)*cifar10-test"):
        cifar100.load_cifar100(tmp_path, tmp_path / "scratch")


def test_as_a_data_set_it_has_test_images_from_the_pinned_archive(small100, tmp_path, web, monkeypatch, tar, pin):
    data, images = small100
    archive = tar({cifar100.MEMBER: data, cifar100.TEST: data[: 2 * 3074]})
    monkeypatch.setattr(cifar100, "OFFICIAL", web.put("/cifar.tar.gz", archive))
    monkeypatch.setattr(cifar100, "OFFICIAL_PIN", pin(archive))
    found, source = cifar100.load_whole(None, tmp_path / "scratch")
    assert source == "official" and torch.equal(found["train_images"], images)
    assert torch.equal(found["test_images"], images[:2]) and found["test_labels"].tolist() == [99, 0]
    (tmp_path / cifar100.ARCHIVE).write_bytes(archive + b" ")
    with pytest.raises(BadFolder, match="wrong content"):
        cifar100.load_whole(tmp_path, tmp_path)
