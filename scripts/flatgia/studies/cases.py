"""Files of a study that has cases of its own, by what their path says."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flatgia.core.artifacts import remedy
from flatgia.core.errors import FlatgiaError


def case_of(path: Path) -> str:
    """Of .../<study>/<case>/<kind>/<method>/<file>."""
    return path.parents[2].name


def by(paths: Iterable[Path], key: Callable[[Path], Any]) -> dict[Any, list[Path]]:
    """Files by what their path says. Raises `FlatgiaError` for one that lies elsewhere."""
    found: dict[Any, list[Path]] = {}
    for path in paths:
        try:
            found.setdefault(key(path), []).append(path)
        except IndexError:
            give = remedy(path, "give a file below the study's folder of a run's results")
            raise FlatgiaError(path, "its folders name no case", give) from None
    return found
