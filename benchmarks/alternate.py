"""Measures several sides in turn, each in its own process and environment, one thread each."""

import argparse
import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

import torch

HERE = Path(__file__).resolve().parent


class Row(NamedTuple):
    """One measurement; repeat 0 is the warm-up."""

    what: str
    who: str
    value: float
    unit: str
    repeat: int


class Side(NamedTuple):
    """A script in sides/, the environment that it runs in (None: this one), what its case has of its own, and variables."""

    who: str
    script: str
    environment: str | None = None
    changes: Mapping[str, Any] = {}
    variables: Mapping[str, str] = {}


def options(description: str | None, repeats: int) -> argparse.ArgumentParser:
    """The command line that all benchmarks share."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke try: tiny sizes, results to results/quick/")
    parser.add_argument("--repeats", type=int, default=repeats, help="after one that does not count (%(default)s)")
    return parser


def alternate(sides: Sequence[Side], case: Mapping[str, Any], repeats: int, folder: Path) -> list[Row]:
    """Rows of a warm-up and `repeats` rounds of all sides in turn; a peer that does not run is left out, loudly."""
    running = {side.who: start(side, case, folder) for side in sides if ready(side)}
    rows = []
    try:
        for repeat in range(repeats + 1):
            for side in sides:
                if side.who not in running:
                    continue
                answer = ask(running[side.who], repeat)
                if answer is None:
                    say_left_out(side, log_of(side, folder).read_text()[-2000:])
                    del running[side.who]
                    continue
                found = [Row(what, side.who, value, unit, repeat) for what, value, unit in answer]
                rows += show(found)
    finally:
        for process in running.values():
            process.stdin.close()
            process.wait()
    return rows


def ready(side: Side) -> bool:
    """Whether the side's environment is there."""
    if python(side).exists():
        return True
    say_left_out(side, f"no environment; make it with `benchmarks/peers.sh {side.environment}`")
    return False


def python(side: Side) -> Path:
    """The side's interpreter."""
    return HERE / ".venvs" / side.environment / "bin" / "python" if side.environment else Path(sys.executable)


def log_of(side: Side, folder: Path) -> Path:
    """Where the side's stderr goes."""
    return folder / f"{side.who.replace(' ', '_')}.log"


def start(side: Side, case: Mapping[str, Any], folder: Path) -> subprocess.Popen:
    """The side's process, which goes on to wait for numbers on stdin."""
    path = log_of(side, folder).with_suffix(".case")
    torch.save({**case, **side.changes, "who": side.who, "folder": str(folder)}, path)
    path_of = {"PYTHONPATH": f"{HERE.parent / 'scripts'}{os.pathsep}{HERE}"}  # for the network's class, and cases.py
    environment = os.environ | one_thread() | path_of | side.variables
    command = [str(python(side)), str(HERE / "sides" / side.script), str(path)]
    pipes: dict[str, int | IO] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with log_of(side, folder).open("w") as log:
        return subprocess.Popen(command, text=True, env=environment, stderr=log, **pipes)


def ask(process: subprocess.Popen, repeat: int) -> list | None:
    """One measurement's rows; None if the process has died."""
    try:
        process.stdin.write(f"{repeat}\n")
        process.stdin.flush()
    except BrokenPipeError:
        return None
    line = process.stdout.readline()
    return json.loads(line) if line else None


def say_left_out(side: Side, reason: str) -> None:
    """Says that a peer is missing; ours must run."""
    if side.environment is None:
        sys.exit(f"{side.who} failed:\n{reason}")
    print(f"!!! {side.who} IS LEFT OUT: {reason}", file=sys.stderr, flush=True)


def one_thread() -> dict[str, str]:
    """The environment of a process with one thread."""
    return dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


def show(rows: list[Row]) -> list[Row]:
    """The rows, printed."""
    for row in rows:
        print(f"{row.what}, {row.who}: {row.value:.4g} {row.unit}  (repeat {row.repeat})", flush=True)
    return rows


def write(name: str, rows: Sequence[Row], quick: bool) -> None:
    """The rows to results/<name>.csv, or to results/quick/."""
    folder = HERE / "results" / ("quick" if quick else "")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([Row._fields, *rows])
