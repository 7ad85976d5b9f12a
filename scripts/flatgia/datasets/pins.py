"""Pinned hashes: a file from outside is used only if its bytes are the expected ones."""

import hashlib
from pathlib import Path

from flatgia.core.errors import FlatgiaError


def check_file(path: Path, pin: str, where: str) -> None:
    """Raises `FlatgiaError` unless the file has the hash `pin`, written as "sha256:<hex>" or "md5:<hex>"."""
    with open(path, "rb") as file:
        _compare(hashlib.file_digest(file, pin.split(":")[0]).hexdigest(), pin, where)


def check_bytes(data: bytes, pin: str, where: str) -> None:
    """Raises `FlatgiaError` unless `data` has the hash `pin`, written as "sha256:<hex>" or "md5:<hex>"."""
    _compare(hashlib.new(pin.split(":")[0], data, usedforsecurity=False).hexdigest(), pin, where)


def _compare(found: str, pin: str, where: str) -> None:
    kind, expected = pin.split(":")
    if found != expected:
        what = f"wrong content ({kind.upper()} {found[:12]}..., expected {expected[:12]}...)"
        raise FlatgiaError(where, what, "fetch it again, or take it from another source")
