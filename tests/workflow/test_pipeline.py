"""The real workflow, from nothing to every table and figure, on a tiny synthetic data set."""

import hashlib
import os
import signal
import subprocess
import time
from pathlib import Path

from .conftest import command, environment, run

FIGURES = [f"fig{number:02d}.{ending}" for number in range(1, 14) for ending in ("pdf", "png", "csv")]
TABLES = [f"table{number}.{ending}" for number in (1, 2) for ending in ("md", "tex", "csv")]
COMPARE = [f"compare.{ending}" for ending in ("pdf", "png", "md", "csv")]


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every artifact, provenance and benchmarks aside."""
    found = {}
    for top in ("results", "paper_figures"):
        for path in sorted((folder / top).rglob("*")):
            measured = path.name.endswith(".provenance.json") or "benchmarks" in path.parts
            if path.is_file() and not measured:
                found[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def test_everything_from_nothing_then_nothing_to_do(clone: Path) -> None:
    done = run(clone, "all")
    assert done.returncode == 0, done.stderr[-3000:]
    made = {path.name for path in (clone / "paper_figures" / "tiny").iterdir() if path.suffix != ".json"}
    assert made == {*FIGURES, *TABLES, *COMPARE}
    assert not list((clone / "results").rglob(".*")), "left-overs of half-written files"
    artifacts = [path for path in hashes(clone) if not path.startswith("results/tiny/benchmarks")]
    assert all((clone / f"{path}.provenance.json").is_file() for path in artifacts)
    again = run(clone, "all", "--dry-run")
    assert "Nothing to be done" in again.stdout + again.stderr


def test_killed_run_ends_in_the_same_bytes(tmp_path: Path) -> None:
    from .conftest import checkout

    whole, killed = checkout(tmp_path / "whole"), checkout(tmp_path / "killed")
    assert run(whole, "fig3").returncode == 0
    process = subprocess.Popen(command("fig3"), cwd=killed, env=environment(), start_new_session=True)
    wait_for(killed / "results/tiny/seed_0/checkpoints/fedavg/round_0001.safetensors")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert run(killed, "--unlock").returncode == 0
    done = run(killed, "fig3", cores=1)
    assert done.returncode == 0, done.stderr[-3000:]
    assert hashes(killed) == hashes(whole)


def wait_for(path: Path, seconds: float = 120) -> None:
    """Waits until the file is there."""
    begin = time.monotonic()
    while not path.exists():
        assert time.monotonic() - begin < seconds, f"{path} did not appear"
        time.sleep(0.05)
