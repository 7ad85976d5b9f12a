"""Seconds from starting a job to its first step, warm, and of planning the whole run.

    python benchmarks/start.py [--quick]

The jobs are those of the paper's scale, on its CIFAR-10 if that is there and on synthetic images if not, cut to one step.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alternate import HERE, Row, one_thread, options, show, write

from flatgia.core.artifacts import Provenance, save_tensors
from flatgia.datasets.synthetic import load_synthetic
from flatgia.settings.config import PAPER, load

ROOT = HERE.parent
FIRST = re.compile(r": \d+/\d+ (step|round)s, ")  # as flatgia.core.progress says it
JOB = os.environ | one_thread()


def one_step() -> dict[str, Any]:
    """The paper's configuration, with attacks of one step and rounds of one client and one batch."""
    settings = load(PAPER)
    settings["attacks"]["ig"] |= {"tv": [0.01], "steps": [1]}
    settings["federation"] |= {"clients_per_round": 1, "local_epochs": 1}
    settings["federation"]["batch_size"] = settings["federation"]["images_per_client"]
    return settings


def prepare(folder: Path, quick: bool) -> dict[str, list[str]]:
    """What the jobs need, and their command lines by name."""
    settings, data = one_step(), ROOT / "results/shared/cifar10.safetensors"
    if quick or not data.exists():
        data = folder / "synthetic.safetensors"
        save_tensors(data, load_synthetic()[0], {}, Provenance("data", {}))
        settings["federation"] |= {"images_per_client": 60, "test_images": 200}

    def job(script: str, *arguments: str | Path, compile: str = "auto") -> list[str]:
        own = json.dumps(settings | {"compute": settings["compute"] | {"compile": compile}})
        return [sys.executable, f"scripts/{script}.py", "--config", own, *map(str, arguments)]

    targets, model, out = (folder / f"{name}.safetensors" for name in ("targets", "model", "out"))
    train = ["train", "--method", "fedavg", "--data", data]
    subprocess.run(job("targets", "--data", data, "--out", targets), cwd=ROOT, check=True)
    subprocess.run(job(*train, "--round", "0", "--out", model), cwd=ROOT, check=True, env=JOB)
    attack = ["attack", "--attack", "ig", "--checkpoint", model, "--targets", targets, "--out", out]
    return {
        f"train.py to its first round, {data.stem} images": job(*train, "--round", "1", "--out", out),
        "attack.py to its first step, uncompiled": job(*attack, compile="never"),
        "attack.py to its first step, compiled before": job(*attack),
    }


def first_step(command: list[str]) -> float:
    """Seconds from starting the job to its first line of progress; waits for its end."""
    begin = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=JOB, text=True, stderr=subprocess.PIPE) as process:
        said = []
        for line in process.stderr:
            said.append(line)
            if FIRST.search(line):
                seconds = time.perf_counter() - begin
                process.stderr.read()
                return seconds
    raise RuntimeError(f"no step: {''.join(said)}")


def plan(*arguments: str) -> tuple[float, bool]:
    """Seconds of a dry run of `all`, and whether there was nothing to do."""
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--quiet", "rules", *arguments, "--", "all"]
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return time.perf_counter() - begin, "Nothing to be done" in done.stdout


def plans() -> list[tuple[str, float]]:
    """Dry runs at both scales; at the quick one only if there is nothing to do."""
    seconds, idle = plan()
    found = [("snakemake -n all, paper scale" + (", nothing to do" if idle else ""), seconds)]
    seconds, idle = plan("--configfile", "config/quick.yaml")
    return [*found, ("snakemake -n all, quick scale, nothing to do", seconds)] if idle else found


def main(argv: Sequence[str] | None = None) -> None:
    """Measures and writes results/start.csv."""
    given = options(__doc__, 3).parse_args(argv)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        jobs = prepare(Path(folder), given.quick)
        for repeat in range((1 if given.quick else given.repeats) + 1):
            found = [(what, first_step(command)) for what, command in jobs.items()]
            rows += show([Row(what, "flatgia", value, "s", repeat) for what, value in found + plans()])
    write("start", rows, given.quick)


if __name__ == "__main__":
    main()
