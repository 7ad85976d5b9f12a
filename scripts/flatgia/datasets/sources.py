"""One thing, several places to get it from: the first that works; if none does, one message that names them all."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from flatgia.core.errors import FlatgiaError

T = TypeVar("T")
VARIABLE = "FLATGIA_DATA"


class Lacking(FlatgiaError):
    """The user's folder is there but does not hold the thing; another source may."""


class BadFolder(FlatgiaError):
    """What the user named is at fault; to take another source would hide that."""


def user_folder(given: str | None = None) -> Path | None:
    """The folder that the user keeps data in: FLATGIA_DATA, else `given`, else none."""
    named = os.environ.get(VARIABLE) or given
    return Path(named).expanduser() if named else None


def first_that_works(what: str, sources: Mapping[str, Callable[[], T]], by_hand: str) -> tuple[T, str]:
    """What the first good source gives, and its name. Raises `BadFolder`, or one `FlatgiaError` with each reason."""
    reasons = []
    for name, source in sources.items():
        try:
            return source(), name
        except BadFolder:
            raise
        except FlatgiaError as error:
            reasons.append(f"{name}: {error.where}: {error.what}")
            if len(reasons) < len(sources):
                print(f"{what}: {reasons[-1]}; trying the next source", file=sys.stderr, flush=True)
    listed = ",".join(f"\n  ({number}) {reason}" for number, reason in enumerate(reasons, 1))
    raise FlatgiaError(what, f"none of {len(reasons)} sources works:{listed}", f"\n  by hand: {by_hand}")


def from_folder_or(
    what: str, folder: Path | None, read: Callable[[Path], T], sources: Mapping[str, Callable[[], T]], by_hand: str
) -> tuple[T, str]:
    """What the user's folder holds, where one is given: then no other source will do; else what the first good one gives."""
    return (in_folder(folder, read), "folder") if folder else first_that_works(what, sources, by_hand)


def in_folder(folder: Path, read: Callable[[Path], T]) -> T:
    """What `read` finds in the user's folder. Raises `Lacking` if it holds no such thing, `BadFolder` if a wrong one."""
    try:
        return read(folder)
    except Lacking:
        raise
    except FlatgiaError as error:
        where = error.where if error.where.startswith(str(folder)) else f"{error.where} in {folder}"
        raise BadFolder(where, error.what, error.remedy) from None


def find_file(folder: Path, names: tuple[str, ...]) -> Path:
    """The first of `names` (relative paths) that is a file in `folder`. Raises `Lacking` if none is."""
    if not folder.is_dir():
        raise FlatgiaError(folder, "no such folder", f"mend data.folder or {VARIABLE}")
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise Lacking(folder, f"holds no {' or '.join(names)}", f"put it there, or mend data.folder or {VARIABLE}")
