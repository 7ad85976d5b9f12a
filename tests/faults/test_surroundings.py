"""Folders, locales, homes and switches that are not ours: the same bytes."""

import os
import subprocess
from pathlib import Path

import pytest

from ..workflow.conftest import command
from .small import ARGUMENTS, hashes, small_checkout

GERMAN = {"LC_ALL": "de_DE.ISO-8859-1", "LOCPATH": "{folder}/locales"}
PLAIN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}  # Python takes ASCII for the text of files
SURROUNDINGS = {
    "optimised": {"PYTHONOPTIMIZE": "1"},
    "ASCII": PLAIN,
    "POSIX": {"LC_ALL": "POSIX"},
    "German": GERMAN,
    "no home": {"HOME": None},
    "closed home": {"HOME": "/proc/none", "XDG_CACHE_HOME": "{folder}/cache"},  # where Snakemake keeps its cache
    "no temporary folder of one's own": {"TMPDIR": "{folder}/nowhere"},
}
ALL_AT_ONCE = PLAIN | {"PYTHONOPTIMIZE": "1", "HOME": None}


def make_german(folder: Path) -> None:
    """The locale de_DE in an encoding that is not UTF-8, where only this test finds it."""
    target = folder / "locales" / "de_DE.ISO-8859-1"
    target.parent.mkdir()
    try:
        subprocess.run(["localedef", "-i", "de_DE", "-f", "ISO-8859-1", target], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no localedef, or no sources of de_DE")


def same_bytes(place: Path, changes: dict[str, str | None], expected: dict[str, str]) -> None:
    """The small run in a folder with blanks and letters of three alphabets, and with `changes` of the environment."""
    folder = small_checkout(place / "a clöne with  blanks, Ж and 雪")
    if changes is GERMAN:
        make_german(folder)
    wanted = os.environ | {"OMP_NUM_THREADS": "1"} | changes
    environment = {name: value.replace("{folder}", str(folder)) for name, value in wanted.items() if value is not None}
    words = command(*ARGUMENTS, cores=1)
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:].decode(errors="replace")
    assert hashes(folder) == expected


@pytest.mark.slow
def test_all_at_once(tmp_path: Path, expected: dict[str, str]) -> None:
    same_bytes(tmp_path, ALL_AT_ONCE, expected)


@pytest.mark.slow
@pytest.mark.parametrize("name", SURROUNDINGS)
def test_one_by_one(tmp_path: Path, expected: dict[str, str], name: str) -> None:
    same_bytes(tmp_path, SURROUNDINGS[name], expected)
