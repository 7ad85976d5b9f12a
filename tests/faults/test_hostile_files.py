"""Files from strangers, given to the audit: nothing in them runs, and each is one sentence."""

import os
import pickle
import struct
import zlib
from pathlib import Path

import pytest
import torch
from PIL import Image

import audit
from flatgia.core.errors import FlatgiaError

from .conftest import CONFIG, KINDS


class Evil:
    """Runs a command when it is unpickled."""

    def __init__(self, mark: Path):
        self.mark = mark

    def __reduce__(self):
        return os.system, (f"touch '{self.mark}'",)


def save_pickle(path: Path, mark: Path) -> None:
    path.write_bytes(pickle.dumps({"conv1.weight": Evil(mark)}))


def save_torch(path: Path, mark: Path) -> None:
    torch.save({"conv1.weight": Evil(mark)}, path)


def save_old_torch(path: Path, mark: Path) -> None:
    torch.save({"conv1.weight": Evil(mark)}, path, _use_new_zipfile_serialization=False)


@pytest.mark.parametrize("save", [save_pickle, save_torch, save_old_torch])
@pytest.mark.parametrize("name", ["net.pt", "net.pth", "net.safetensors", "net"])
@pytest.mark.parametrize("option", ["--checkpoint", "--gradient", "--generator", "--image"])
def test_a_malicious_pickle_does_not_run(originals, tmp_path, save, name, option):
    mark, path = tmp_path / "ran", tmp_path / name
    save(path, mark)
    Image.new("RGB", (32, 32)).save(tmp_path / "cat.png")
    given = {
        "--checkpoint": str(originals / KINDS["checkpoint"]),
        "--image": str(tmp_path / "cat.png"),
        option: str(path),
    }
    if option == "--gradient":
        del given["--image"]
    words = [word for pair in given.items() for word in pair]
    refused(tmp_path, words, path)
    assert not mark.exists()


def huge_png() -> bytes:
    """The head of a PNG that says that it is 60,000 pixels wide and high."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"")
    parts = [struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in (head, data)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def whole_png(path: Path) -> bytes:
    """A picture of noise."""
    Image.effect_noise((64, 64), 100).convert("RGB").save(path, format="PNG")
    return path.read_bytes()


IMAGES = {
    "empty": lambda path: b"",
    "a web page": lambda path: b"<html><body>Sign in</body></html>",
    "cut": lambda path: whole_png(path)[:2000],
    "cut in its head": lambda path: whole_png(path)[:20],
    "a bit flipped": lambda path: whole_png(path)[:3000] + b"\xff" + whole_png(path)[3001:],
    "too large": lambda path: huge_png(),
    "a drawing": lambda path: b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "noise": lambda path: bytes(range(256)) * 20,
}


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_file_that_is_none(originals, tmp_path, name):
    path = tmp_path / "cat.png"
    path.write_bytes(IMAGES[name](path))
    refused(tmp_path, ["--checkpoint", str(originals / KINDS["checkpoint"]), "--image", str(path)], path)


def refused(folder: Path, words: list[str], path: Path) -> None:
    """The command ends with one sentence about the file, and makes nothing."""
    with pytest.raises(FlatgiaError) as caught:
        audit.main(["--config", CONFIG, "--label", "3", "--out", str(folder / "out"), *words])
    assert str(path) in str(caught.value) and len(str(caught.value).splitlines()) == 1
    assert not (folder / "out").exists()
