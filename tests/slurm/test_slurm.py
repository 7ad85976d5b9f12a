"""The pipeline on a real SLURM of one node: the same bytes as without it. `make slurm-test`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from flatgia.artifacts import sha256
from flatgia.config import overlay
from flatgia.manifest import made

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tests" / "workflow")]

import cluster  # noqa: E402
from conftest import TINY, checkout  # noqa: E402

pytestmark = pytest.mark.slurm
# Three levels deep at most, since Snakemake looks at its jobs every ten seconds or so.
CUT = {"rounds": {"table": [0], "curve": [], "long": []}, "report": {"methods": ["fedavg"]}}
TARGET = "fig11"


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cluster for all tests of this file."""
    if not shutil.which("slurmctld") or os.geteuid() != 0:
        pytest.skip("needs root and the packages slurm-wlm and munge")
    folder = Path("/tmp") / f"slurm-{os.getpid()}"  # pytest's own folders are closed to munged
    with cluster.cluster(folder):
        yield folder
    shutil.rmtree(folder)


def snakemake(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Snakemake in a checkout with the tiny configuration; killed if it hangs."""
    command = [sys.executable, "-m", "snakemake", "--configfile", "tiny.yaml", *arguments]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)


def on_slurm(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same through the profile, told what this cluster lacks."""
    options = ["--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "1"]
    return snakemake(folder, "--profile", "workflow/profiles/slurm", "--latency-wait", "10", *options, *arguments)


def small(folder: Path, **changes: object) -> Path:
    """A checkout of the pipeline cut to `CUT`."""
    checkout(folder)
    (folder / "tiny.yaml").write_text(yaml.safe_dump(overlay(overlay(TINY, CUT), changes)))
    return folder


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every artifact."""
    return {str(path): sha256(folder / path) for path in made(folder, ["results", "paper_figures"])}


def test_slurm_gives_the_same_bytes(slurm: Path, tmp_path: Path) -> None:
    here, there = small(tmp_path / "here"), small(tmp_path / "there")
    done = snakemake(here, "--cores", "2", "--", TARGET)
    assert done.returncode == 0, done.stderr[-3000:]
    sent = on_slurm(there, "--", TARGET)
    assert sent.returncode == 0, sent.stderr[-3000:]
    assert "submitted with SLURM jobid" in sent.stderr + sent.stdout
    assert hashes(here) == hashes(there) and len(hashes(here)) == 9
