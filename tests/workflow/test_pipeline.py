"""The real workflow, from nothing to every table and figure, on a tiny synthetic data set."""

import contextlib
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from flatgia.core.artifacts import sha256
from flatgia.pipeline.manifest import made
from flatgia.settings.registry import studies

from .. import forks
from ..tiny import ONE
from .conftest import checkout, command, environment, run

FIGURES = [f"fig{number:02d}.{ending}" for number in range(1, 14) for ending in ("pdf", "png", "csv")]
TABLES = [f"{name}.{ending}" for name in ("table1", "table2") for ending in ("md", "tex", "csv")]
STUDIES = [name for one in studies() for name in one.files]
COMPARE = [f"compare.{ending}" for ending in ("pdf", "png", "md", "csv")]


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every artifact, provenance and benchmarks aside."""
    return {str(path): sha256(folder / path) for path in made(folder, ["results", "paper_figures"])}


@pytest.mark.slow
def test_everything_from_nothing_then_nothing_to_do(clone: Path) -> None:
    done = run(clone, "all")
    assert done.returncode == 0, done.stderr[-3000:]
    assert re.search(r"^\d+ jobs to do; .*\n( +\d+ .*: .*\n)+(About|More than) .*\n", done.stderr, re.MULTILINE), (
        done.stderr
    )
    figures = clone / "paper_figures" / "tiny"
    drawn = {str(path.relative_to(figures)) for path in figures.rglob("*.*") if path.suffix != ".json"}
    assert drawn == {*FIGURES, *TABLES, *STUDIES, *COMPARE}
    assert not list((clone / "results").rglob(".*")), "left-overs of half-written files"
    artifacts = [path for path in hashes(clone) if not path.startswith("results/tiny/benchmarks")]
    assert all((clone / f"{path}.provenance.json").is_file() for path in artifacts)
    again = run(clone, "all", "--dry-run")
    assert "Nothing to be done" in again.stdout + again.stderr
    (clone / "paper_figures/tiny/fig05.png").unlink()
    assert "1 job to do; " in run(clone, "fig5").stderr
    judged = run(clone, "claims")
    assert judged.returncode == 0, judged.stderr[-3000:]
    document = (clone / "paper_figures/tiny/claims.md").read_text()
    assert "## Controls" in document and "not run yet" in document


@pytest.mark.slow
def test_killed_run_ends_in_the_same_bytes(tmp_path: Path) -> None:
    # While a job trains on and another takes a Hessian.
    change = ONE | {"report": {"methods": ["fedavg"]}, "rounds": {"table": [0, 1], "curve": [2], "long": []}}
    killed_and_whole(tmp_path, change, "fig3", "results/tiny/seed_0/checkpoints/fedavg/round_0001.safetensors")


@pytest.mark.slow
def test_generator_killed_in_training_goes_on_from_its_resume_file(tmp_path: Path) -> None:
    # 550 steps; the resume file is written after 500.
    change = {"generator": {"images": 2200, "batch_size": 4}}
    folder = "results/tiny/seed_0"
    killed_and_whole(tmp_path, change, f"{folder}/generator.safetensors", f"{folder}/generator.safetensors.resume")


@pytest.mark.slow
def test_attack_killed_between_two_checkpoints_ends_in_the_same_bytes(tmp_path: Path) -> None:
    # One job attacks all rounds; it is killed when the second of its outputs is there.
    change = {
        "rounds": {"table": [0, 1, 2], "curve": [], "long": []},
        "attacks": {"ig": {"tv": [0.01], "steps": [250]}},
    }
    folder = "results/tiny/seed_0/attacks/fedavg/method-naive/ig/b1"
    killed_and_whole(tmp_path, change, f"{folder}/round_0002.safetensors", f"{folder}/round_0001.safetensors")


def killed_and_whole(folder: Path, change: dict, target: str, moment: str) -> None:
    """Makes `target` undisturbed and, beside that, with a kill when the file `moment` is there: the same bytes."""
    whole, killed = checkout(folder / "whole"), checkout(folder / "killed")
    for place in (whole, killed):
        (place / "change.yaml").write_text(yaml.safe_dump(change))
    arguments = ("--configfile", "tiny.yaml", "change.yaml", "--", target)
    env = forks.forking(environment())
    with subprocess.Popen(command(*arguments, cores=1), cwd=whole, env=env) as undisturbed:
        kill_at(killed / moment, killed, *arguments)
        assert not (killed / target).exists(), "too late to disturb it"
        goes_on(killed, *arguments)
    assert undisturbed.returncode == 0
    assert hashes(killed) == hashes(whole)


def kill_at(moment: Path, folder: Path, *arguments: str, env: dict[str, str] | None = None) -> None:
    """Starts Snakemake in the folder and kills it with all its jobs as soon as the file `moment` is there."""
    env = env or forks.forking(environment())
    process = subprocess.Popen(command(*arguments), cwd=folder, env=env, start_new_session=True)
    try:
        wait_for(moment, process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def goes_on(folder: Path, *arguments: str) -> None:
    """The same command after a kill ends well."""
    assert run(folder, "--unlock").returncode == 0
    done = run(folder, *arguments, cores=1)
    assert done.returncode == 0, done.stderr[-3000:]


def wait_for(path: Path, process: subprocess.Popen, seconds: float = 1800) -> None:
    """Waits until the file is there."""
    begin = time.monotonic()
    while not path.exists():
        assert time.monotonic() - begin < seconds, f"{path} did not appear"
        assert process.poll() is None, f"it ended before {path} was there"
        time.sleep(0.02)
