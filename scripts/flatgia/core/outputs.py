"""Whether what a command is to write can be written, asked before the work begins."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from flatgia.core.errors import FlatgiaError

REMEDY = "choose another name"


def check_files(outs: Iterable[Path | str], inputs: Iterable[Path | str | None] = (), option: str = "--out") -> None:
    """Raises `FlatgiaError` unless each of `outs` can be written as a file, once, and is none of the inputs."""
    taken = {os.path.realpath(path) for path in inputs if path}
    written: set[str] = set()
    for out in outs:
        _check(out, option, folder=False)
        place = os.path.realpath(out)
        if place in taken:
            raise FlatgiaError(option, f"{out} is an input, and would be overwritten", REMEDY)
        if place in written:
            raise FlatgiaError(option, f"{out} is named twice", REMEDY)
        written.add(place)


def check_folder(out: Path | str, option: str = "--out") -> None:
    """Raises `FlatgiaError` unless `out` is a folder that can be written to, or can be made."""
    _check(out, option, folder=True)


def _check(out: Path | str, option: str, folder: bool) -> None:
    path = Path(out)
    try:
        if not str(out):
            raise FlatgiaError(option, "empty", "give a name")
        if path.is_dir() and not folder:
            raise FlatgiaError(option, f"{out} is a folder, and a file is to be written", REMEDY)
        if path.exists() and not (path.is_dir() if folder else path.is_file()):
            raise FlatgiaError(option, f"{out} is no {'folder' if folder else 'plain file'}", REMEDY)
        above = [path, *path.absolute().parents] if folder else path.absolute().parents
        nearest = next(place for place in above if place.exists())
        if not nearest.is_dir():
            raise FlatgiaError(option, f"{nearest} is a file where a folder is needed", REMEDY)
        # Asked of the file system itself: permissions tell neither of /proc nor of a disk that is read-only.
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        raise FlatgiaError(option, f"{out} cannot be written ({error.strerror or error})", REMEDY) from None
