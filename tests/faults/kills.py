"""Kills a run at random moments in each stage, goes on, and compares every byte with an undisturbed run.

python -m tests.faults.kills --trials 3 --out docs/kills.md     # three in each stage, minutes each
"""

import argparse
import base64
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from ..tiny import ONE
from ..workflow.conftest import checkout, command, environment, run
from .small import hashes

CHANGE = ONE | {
    "rounds": {"table": [0, 12], "curve": [], "long": []},  # a resume file is written after round 10
    "report": {"methods": ["fedavg"], "attacks": ["gias"]},
}
SEED = "results/tiny/seed_0"
GIAS = "fedavg/method-naive/gias/b1"
CONFIGS = ("--configfile", "tiny.yaml", "change.yaml", "--")
START = f"{SEED}/checkpoints/fedsai/round_0000.safetensors"
# Of each stage: the log that begins with its job, what the job makes, and what is asked for, which comes after it.
STAGES = {
    "data": ("shared/data.log", "results/shared/synthetic.safetensors", f"{SEED}/targets.safetensors"),
    "auxiliary": ("shared/auxiliary_auto.log", "results/shared/auxiliary_synthetic_auto.safetensors", START),
    "generator": (
        "tiny/seed_0/generator.log",
        f"{SEED}/generator.safetensors",
        f"{SEED}/attacks/{GIAS}/round_0000.safetensors",
    ),
    "train": ("tiny/seed_0/train/fedavg_0012.log", f"{SEED}/checkpoints/fedavg/round_0012.safetensors", "fig3"),
    "hessian": ("tiny/seed_0/hessian/fedavg_0012.log", f"{SEED}/hessian/fedavg/round_0012.json", "fig3"),
    "attack": (f"tiny/seed_0/attacks/{GIAS}_0012.log", f"{SEED}/attacks/{GIAS}/round_0012.safetensors", "table1"),
    "metrics": (f"tiny/seed_0/metrics/{GIAS}_table.log", f"{SEED}/metrics/{GIAS}/table.csv", "table1"),
    "figure": ("tiny/report/fig3.log", "paper_figures/tiny/fig03.png", "fig3"),
    "table": ("tiny/report/table1.log", "paper_figures/tiny/table1.md", "table1"),
}
# What is taken away before, so that it is made again: the stage's outputs and those that follow from them.
OUTPUTS = {
    "data": ["results", "paper_figures"],
    "auxiliary": ["results/shared/auxiliary*", f"{SEED}/checkpoints/fedsai"],
    "generator": [f"{SEED}/generator*", f"{SEED}/attacks", f"{SEED}/metrics", "paper_figures/tiny/table1*"],
    "train": [f"{SEED}/checkpoints/fedavg/round_0012*", f"{SEED}/hessian/fedavg/round_0012*", "paper_figures"],
    "hessian": [f"{SEED}/hessian/fedavg/round_0012*", "paper_figures/tiny/fig03*"],
    "attack": [f"{SEED}/attacks/{GIAS}/round_0012*", f"{SEED}/metrics", "paper_figures/tiny/table1*"],
    "metrics": [f"{SEED}/metrics", "paper_figures/tiny/table1*"],
    "figure": ["paper_figures/tiny/fig03*"],
    "table": ["paper_figures/tiny/table1*"],
}


@dataclass(frozen=True)
class Trial:
    """One kill: when, what was whole by then, and how it ended."""

    stage: str
    after: float  # seconds from the beginning of the stage's job
    running: bool  # the stage's output was not there yet
    whole: int  # artifacts that were there when the kill came
    locked: bool
    lost: tuple[str, ...]  # whole artifacts that are gone or other
    left: tuple[str, ...]  # half-written files
    differs: tuple[str, ...]  # from the undisturbed run

    @property
    def good(self) -> bool:
        """Nothing lost, nothing left over, every byte the same."""
        return not (self.lost or self.left or self.differs)


def undisturbed(folder: Path) -> Path:
    """A run that nothing disturbs, in a new folder."""
    checkout(folder)
    (folder / "change.yaml").write_text(yaml.safe_dump(CHANGE))
    finish(folder, "table1", "fig3", START)
    return folder


def finish(folder: Path, *targets: str) -> None:
    """The command, to its end."""
    done = run(folder, *CONFIGS, *targets, cores=1)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])


def trial(whole: Path, folder: Path, stage: str, dice: random.Random) -> Trial:
    """A trial; with another moment where the run had ended before the one that was drawn."""
    while not (found := one_trial(whole, folder, stage, dice.uniform(0, seconds(whole, STAGES[stage][1])))):
        shutil.rmtree(folder)
    return found


def one_trial(whole: Path, folder: Path, stage: str, after: float) -> Trial | None:
    """Makes a stage and all after it again in a copy of `whole`, kills that once, and goes on."""
    shutil.copytree(whole, folder, symlinks=True)
    log, output, target = STAGES[stage]
    for pattern in OUTPUTS[stage]:
        for path in folder.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(folder / "logs")
    with started(folder, target) as process:
        wait_for(folder / "logs" / log, process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(after)
            return None
    running, before = not (folder / output).exists(), hashes(folder)
    locked = any(folder.glob(".snakemake/locks/*"))
    if locked and run(folder, "--unlock").returncode:
        raise RuntimeError("it cannot be unlocked")
    finish(folder, target)
    found, expected = hashes(folder), hashes(whole)
    return Trial(
        stage,
        after,
        running,
        len(before),
        locked,
        lost=tuple(sorted(path for path in before if found.get(path) != before[path])),
        left=tuple(sorted(str(path) for top in ("results", "paper_figures") for path in (folder / top).rglob(".*"))),
        differs=tuple(sorted(path for path in found if expected.get(path) != found[path])),
    )


def seconds(whole: Path, output: str) -> float:
    """How long the job of an artifact took in the undisturbed run, as Snakemake noted it."""
    name = base64.b64encode(output.encode()).decode()
    noted = json.loads((whole / ".snakemake/metadata" / name).read_text())
    return noted["endtime"] - noted["starttime"]


@contextlib.contextmanager
def started(folder: Path, target: str) -> Iterator[subprocess.Popen]:
    """The command in a process group of its own, killed at the end."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(
        command(*CONFIGS, target, cores=1), cwd=folder, env=environment(), start_new_session=True, **quiet
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(path: Path, process: subprocess.Popen) -> None:
    """Waits until the file is there; a run that ends without it is an error."""
    while not path.exists():
        if process.poll() is not None:
            raise RuntimeError(f"the run ended without {path}")
        time.sleep(0.01)


def table(trials: list[Trial]) -> str:
    """The trials as Markdown."""
    good, running = sum(trial.good for trial in trials), sum(trial.running for trial in trials)
    lines = [
        f"{len(trials)} kills, {running} of them before the job's output was there: {good} runs ended with the bytes of "
        "the undisturbed run, lost no whole artifact and left no half-written file.\n",
        "| stage | killed after (s) | its output | whole artifacts then | lost | left over | other bytes |",
        "|---|---:|---|---:|---:|---:|---:|",
    ]
    for one in trials:
        state = "not there yet" if one.running else "there"
        numbers = f"{one.whole} | {len(one.lost)} | {len(one.left)} | {len(one.differs)}"
        lines.append(f"| {one.stage} | {one.after:.2f} | {state} | {numbers} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Runs the trials and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=3, help="kills in each stage (%(default)s)")
    parser.add_argument("--stages", nargs="+", default=list(STAGES), choices=STAGES)
    parser.add_argument("--seed", type=int, default=0, help="of the moments (%(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="the table to write, .md")
    given = parser.parse_args()
    dice, trials = random.Random(given.seed), []
    with tempfile.TemporaryDirectory(prefix="flatgia-kills-") as scratch:
        whole = undisturbed(Path(scratch) / "whole")
        for stage in given.stages:
            for number in range(given.trials):
                folder = Path(scratch) / f"{stage} {number}"
                trials.append(trial(whole, folder, stage, dice))
                print(trials[-1], flush=True)
                given.out.write_text(table(trials))
                shutil.rmtree(folder)


if __name__ == "__main__":
    main()
