"""The one reader of YAML."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from flatgia.core.errors import FlatgiaError

LOAD = partial(
    yaml.load, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
)  # libyaml, where PyYAML was built with it


def read(path: Path | str) -> dict[str, Any]:
    """The mapping in a YAML file. Raises `FlatgiaError` if it cannot be read or holds none."""
    try:
        return parse(Path(path).read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise FlatgiaError(path, f"the configuration cannot be read ({reason})", "check the path") from None


def parse(text: str, where: str, load: Callable[[str], Any] = LOAD) -> dict[str, Any]:
    """The mapping in a text, by default YAML; `where` it stands is named in the `FlatgiaError` of one that holds none."""
    try:
        value = load(text)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: JSON, or a date that does not exist
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else getattr(error, "lineno", None)
        place = f" in line {line}" if line else ""
        raise FlatgiaError(where, f"it cannot be parsed{place}", "mend the syntax there") from None
    if not isinstance(value, dict):
        raise FlatgiaError(where, "not a mapping of keys to values", "see config/config.yaml for the keys")
    return value
