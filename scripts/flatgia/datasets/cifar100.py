"""CIFAR-100, from the user's folder or the official address; there is no other source."""

from functools import partial
from pathlib import Path

import numpy as np

from flatgia.datasets.archives import read_members
from flatgia.datasets.cifar10 import split
from flatgia.datasets.dataset import Tensors
from flatgia.datasets.download import fetch
from flatgia.datasets.pins import check_bytes, check_file
from flatgia.datasets.sources import find_file, first_that_works, from_folder_or, in_folder

OFFICIAL = "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"
OFFICIAL_PIN = "sha256:58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"
ARCHIVE = "cifar-100-binary.tar.gz"
MEMBER = "cifar-100-binary/train.bin"
TEST = "cifar-100-binary/test.bin"  # of no pin of its own: it is taken from the pinned archive alone
MEMBER_PIN = "sha256:f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29"
BY_HAND = (
    "put cifar-100-binary.tar.gz, or its train.bin, from https://www.cs.toronto.edu/~kriz/cifar.html into a folder "
    "and name it in data.folder of the config or in FLATGIA_DATA; or set data.auxiliary to cifar10-test"
)


def load_cifar100(folder: Path | None, scratch: Path) -> Tensors:
    """train_images uint8 (50000, 3, 32, 32) and train_labels int64, the 100 fine classes; downloads go to `scratch`."""
    sources = {"folder": partial(in_folder, folder, from_folder)} if folder else {}
    return first_that_works("CIFAR-100", sources | {"official": partial(from_official, scratch)}, BY_HAND)[0]


def load_whole(folder: Path | None, scratch: Path) -> tuple[Tensors, str]:
    """The same with the 10,000 test images, and the source's name."""
    sources = {"official": lambda: whole(fetched(scratch))}
    return from_folder_or("CIFAR-100", folder, lambda place: whole(find_file(place, (ARCHIVE,))), sources, BY_HAND)


def from_folder(folder: Path) -> Tensors:
    """The training images from the user's folder: train.bin or the archive."""
    found = find_file(folder, (MEMBER, "train.bin", ARCHIVE))
    return decode(found.read_bytes() if found.suffix == ".bin" else read_members(found, [MEMBER])[MEMBER])


def from_official(scratch: Path) -> Tensors:
    """The training images from their authors' page."""
    return decode(read_members(fetched(scratch), [MEMBER])[MEMBER])


def fetched(scratch: Path) -> Path:
    """The archive from their authors' page."""
    fetch(OFFICIAL, scratch / ARCHIVE, OFFICIAL_PIN)
    return scratch / ARCHIVE


def whole(path: Path) -> Tensors:
    """All images of the archive. Raises `FlatgiaError` for another file."""
    check_file(path, OFFICIAL_PIN, str(path))
    members = read_members(path, [MEMBER, TEST])
    return decode(members[MEMBER]) | split(rows(members[TEST]), "test")


def decode(data: bytes) -> Tensors:
    """Tensors from rows of coarse label, fine label and 3,072 pixels. Raises `FlatgiaError` for other bytes."""
    check_bytes(data, MEMBER_PIN, MEMBER)
    return split(rows(data), "train")


def rows(data: bytes) -> np.ndarray:
    """The rows of a file of the archive."""
    return np.frombuffer(data, np.uint8).reshape(-1, 3074)
