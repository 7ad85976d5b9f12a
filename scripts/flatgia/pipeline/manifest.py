"""The hashes of all that a run made, so that another run can be held against it, and whose bytes they are."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from flatgia.core.artifacts import provenance_path, replacing
from flatgia.core.errors import FlatgiaError

COLUMNS = ("path", "sha256", "instructions")
# Times and machines: what says how a run went, not what came out.
LEFT_OUT = (".provenance.json", ".resume", "manifest.csv")


def made(root: Path, folders: Iterable[str]) -> Iterator[Path]:
    """Every artifact under these folders of `root`, relative to it, sorted; a folder may be one file."""
    for folder in sorted(folders):
        start = root / folder
        found = [start] if start.is_file() else sorted(path for path in start.rglob("*") if path.is_file())
        for path in found:
            inside = path.relative_to(root)
            hidden = any(part.startswith(".") for part in inside.parts)
            if not hidden and not path.name.endswith(LEFT_OUT) and "benchmarks" not in inside.parts:
                yield inside


def instructions_of(record: Mapping[str, Any]) -> str:
    """`portable` or `native`, from a provenance: whether every machine gives these bytes."""
    told = record.get("parameters", {}).get("compute", {})  # as the first records say it; before that all were native
    return str(record.get("instructions", told.get("instructions", "native")))


def write_manifest(path: Path, root: Path, found: Mapping[str, str]) -> None:
    """One line a file of `root`: its path, its hash, and with which instructions it was computed, if it was."""
    lines = [",".join(COLUMNS)]
    for name, digest in found.items():
        beside = provenance_path(root / name)
        computed = name.startswith("results/") and beside.is_file()  # what is drawn is drawn anywhere
        told = instructions_of(json.loads(beside.read_text(encoding="utf-8"))) if computed else ""
        lines.append(f"{name},{digest},{told}")
    with replacing(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_manifest(path: Path) -> dict[str, str]:
    """Hash by path. Raises `FlatgiaError` if it is not a manifest."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
            known = tuple(header) in (COLUMNS, COLUMNS[:2])  # the first had no instructions
            return {name: digest for name, digest, *_ in rows} if known else _refuse(path)
    except (OSError, ValueError, UnicodeDecodeError):
        return _refuse(path)


def _refuse(path: Path) -> dict[str, str]:
    raise FlatgiaError(path, "no manifest", "give one that scripts/record.py wrote")


def compare(expected: Mapping[str, str], found: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(path, how it differs) for all that is missing, other, or more than expected."""
    for path in sorted(expected.keys() | found.keys()):
        if path not in found:
            yield path, "missing"
        elif path not in expected:
            yield path, "not in the manifest"
        elif expected[path] != found[path]:
            yield path, "differs"
