"""What is read out of source files, kept beside Python's own caches of them: a dry run parses only what has changed."""

import atexit
import contextlib
import hashlib
import importlib.util
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from flatgia.core.artifacts import replacing
from flatgia.core.errors import FlatgiaError

KEPT = Path(importlib.util.cache_from_source(__file__)).with_name("sources.json")


@cache
def _kept() -> dict[str, dict[str, str]]:
    """For each path the hash of its content, and what was found in it by the functions' names; read once a process."""
    try:
        found = json.loads(KEPT.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def once(function: Callable[[str], str]) -> Callable[[Path], str]:
    """`function` of a file's text, computed once for each content, in this process or an earlier one.

    Raises what `function` raises, which is kept nowhere, and `UnicodeDecodeError` for a file that is not UTF-8.
    """

    code = Path(function.__code__.co_filename).read_bytes()  # what another version of it has found does not count

    @cache
    def found(path: Path) -> str:
        content = path.read_bytes()
        digest = hashlib.sha256(code + content).hexdigest()
        entry = _kept().get(str(path), {})
        if entry.get("content") != digest:
            entry = _kept()[str(path)] = {"content": digest}
        if function.__name__ not in entry:
            entry[function.__name__] = function(content.decode("utf-8"))
            atexit.register(_keep)
        return entry[function.__name__]

    return found


@cache
def _keep() -> None:
    """Writes what is known now; without a word where that cannot be."""
    with contextlib.suppress(OSError, FlatgiaError), replacing(KEPT) as temporary:
        there = {path: entry for path, entry in _kept().items() if Path(path).exists()}
        temporary.write_text(json.dumps(there), encoding="utf-8")
