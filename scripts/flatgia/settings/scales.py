"""The names of scales: what is one, and what the repository's own mean.

It ships results under these. A run under such a name with other values would overwrite them, or a fresh clone would take
them for its own.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flatgia.core.errors import FlatgiaError
from flatgia.settings.config import PAPER, over_the_papers
from flatgia.settings.reading import read

NAME = re.compile(r"[a-z][a-z0-9_]*")  # as in the schema
FILES = {
    "paper": PAPER,
    **{name: PAPER.with_name(f"{name}.yaml") for name in ("draws", "quick", "rate", "workstation")},
}
FREE = {"seeds", "data.folder", "compute.device"}  # another machine or more seeds are the same protocol


def scale_name(name: str) -> str:
    """The name. Raises `FlatgiaError` if it is none: an empty one, or one with a slash, would name another folder."""
    if not NAME.fullmatch(name):
        raise FlatgiaError("--scale", f"{name!r} is no name of a scale", "give one in a-z, 0-9 and _, as quick")
    return name


def images_name(dataset: str, folder: str | None) -> str:
    """The name of the file that holds a data set's images; a user's folders have one each."""
    if dataset != "folder":
        return dataset
    place = Path(os.environ.get("FLATGIA_DATA") or folder or ".").expanduser().absolute()
    return f"folder_{hashlib.sha256(str(place).encode()).hexdigest()[:8]}"


def check_scale(config: Mapping[str, Any]) -> None:
    """Raises `FlatgiaError` where a configuration has the name of a shipped scale and other values."""
    scale = config["scale"]
    if scale not in FILES:
        return
    shipped = over_the_papers(read(FILES[scale]))
    key = next((key for key in _differing(config, shipped) if key.split(".")[0] not in FREE and key not in FREE), None)
    if key is not None:
        raise FlatgiaError(
            f"config key {key}",
            f"not as in config/{FILES[scale].name}, so this is not the scale {scale}",
            "give it a `scale:` of its own",
        )


def _differing(here: Mapping[str, Any], there: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """The keys, as a.b.c, whose values differ, in the order of `there`; then those that only `here` has."""
    for key in (*there, *(key for key in here if key not in there)):
        if key not in here or key not in there:
            yield f"{above}{key}"
        elif isinstance(here[key], Mapping) and isinstance(there[key], Mapping):
            yield from _differing(here[key], there[key], f"{above}{key}.")
        elif here[key] != there[key]:
            yield f"{above}{key}"
