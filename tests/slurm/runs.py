"""Runs of the pipeline on the test cluster, and without it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.tiny import ONE, TINY
from tests.workflow.conftest import checkout

from flatgia.core.artifacts import sha256
from flatgia.pipeline.manifest import made
from flatgia.settings.config import overlay

# Three levels deep at most, since Snakemake looks at its jobs every ten seconds or so.
CUT = ONE | {"rounds": {"table": [0], "curve": [], "long": []}, "report": {"methods": ["fedavg"]}}
TARGET = "fig11"


def small(folder: Path, **changes: object) -> Path:
    """A checkout of the pipeline cut to `CUT`."""
    checkout(folder)
    (folder / "tiny.yaml").write_text(yaml.safe_dump(overlay(overlay(TINY, CUT), changes)))
    return folder


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every artifact."""
    return {str(path): sha256(folder / path) for path in made(folder, ["results", "paper_figures"])}


def command(*arguments: str) -> list[str]:
    """A Snakemake command line with the tiny configuration."""
    return [sys.executable, "-m", "snakemake", "--configfile", "tiny.yaml", *arguments]


def on_slurm(*arguments: str) -> list[str]:
    """The same through the profile, which is told to look at its jobs more often."""
    quick = ["--slurm-init-seconds-before-status-checks", "1", "--max-status-checks-per-second", "1"]
    return command("--profile", "workflow/profiles/slurm", "--latency-wait", "10", *quick, *arguments)


def environment(**more: str) -> dict[str, str]:
    """One thread a process."""
    return os.environ | {"OMP_NUM_THREADS": "1"} | more


def run(folder: Path, words: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    """Runs to the end; killed if it hangs."""
    return subprocess.run(words, cwd=folder, env=environment(**more), capture_output=True, text=True, timeout=600)


def trouble(kind: str, number: str, marker: Path) -> dict[str, str]:
    """The environment in which trouble.py makes trouble in the training to a round; without `kind` it never does."""
    own = {"PYTHONPATH": str(Path(__file__).parent)}
    return own | ({"TROUBLE": kind, "TROUBLE_ROUND": number, "TROUBLE_MARKER": str(marker)} if kind else {})


def slurm(*words: str) -> str:
    """What a command of SLURM says."""
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def until(holds: Callable[[], object], seconds: float = 120) -> None:
    """Waits until it holds; fails if it never does."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.5)
