"""A throw-away checkout of the repository, and a configuration small enough to run to the end in a test."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from .. import forks
from ..tiny import ONE, TINY

ROOT = Path(__file__).resolve().parents[2]
LINKED = ["Snakefile", "workflow", "scripts", "config", "profiles", "environment.yml"]


def checkout(folder: Path) -> Path:
    """A folder that looks like a clone, with the tiny configuration as tiny.yaml."""
    folder.mkdir(parents=True)
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    more = {"compute": {"compile": "auto"}, "rounds": TINY["rounds"] | {"long": [3]}}
    (folder / "tiny.yaml").write_text(yaml.safe_dump(TINY | more))
    (folder / "one.yaml").write_text(yaml.safe_dump(ONE))
    return folder


def command(*arguments: str, cores: int = 2, python: Sequence[str] = (sys.executable,)) -> list[str]:
    """A Snakemake command line with the tiny configuration; targets come last."""
    # --configfile takes all that follows up to the next option, so it does not stand last.
    snakemake = [*python, "-m", "snakemake", "--configfile", "tiny.yaml", "--cores", str(cores)]
    return [*snakemake, *arguments]


def environment() -> dict[str, str]:
    """One thread a process, so that two jobs share two cores."""
    return os.environ | {"OMP_NUM_THREADS": "1"}


def run(
    folder: Path, *arguments: str, cores: int = 2, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs Snakemake in the folder and returns its output; with an `env` of its own as a process, without as a fork."""
    words = command(*arguments, cores=cores, python=(sys.executable,) if env else forks.CLIENT)
    env = env or forks.forking(environment())
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh checkout in a folder whose name has a blank and a letter that is not ASCII."""
    return checkout(tmp_path / "a clöne")
