"""What a run has still to do, and about how long that takes, from the seconds of jobs that were run before."""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

Unit = tuple[str, str]  # a stage, and which kind of its jobs
Costs = Mapping[Unit, float]  # seconds of a core

SMALL = 5.0  # seconds of a job that does little: starting Python is most of them
GROUPS = {
    "generator": "training the generator",
    "train": "training",
    "hessian": "Hessians",
    "attack": "attacks",
    "studies": "studies",
    "metrics": "metrics",
    "shown": "tables and figures",
    "other": "data and the like",
}


@dataclass(frozen=True)
class Job:
    """A job still to do: what it counts as, so many units (rounds, checkpoints) of its work, the jobs it waits for."""

    group: str
    unit: Unit | None = None  # None: a few seconds
    units: int = 1
    after: frozenset[int] = frozenset()


def measured(*results: Path) -> dict[Unit, float]:
    """Median seconds of a core for a round, a checkpoint's attack, a Hessian, a generator, from folders results/<scale>."""
    found = defaultdict(list)
    for folder in results:
        for unit, value in _times(folder):
            if value > 0:
                found[unit].append(value)
    return {unit: median(values) for unit, values in found.items()}


def _times(results: Path) -> Iterator[tuple[Unit, float]]:
    """The seconds of each unit of work that Snakemake's benchmark files tell of."""
    benchmarks = results / "benchmarks"
    for folder in sorted(benchmarks.glob("seed_*/train")):
        rounds: dict[str, list[tuple[int, Path]]] = defaultdict(list)
        for path in sorted(folder.glob("*_[0-9]*.tsv")):
            method, last = path.stem.rsplit("_", 1)
            rounds[method].append((int(last), path))
        for method, trained in rounds.items():
            for (before, _), (number, path) in pairwise([(0, folder), *sorted(trained)]):
                if number > before:
                    yield ("train", method), seconds(path) / (number - before)
    for folder in sorted(benchmarks.glob("seed_*/attacks/*/*/*")):
        # A job attacks several checkpoints.
        attacked = len(list((results / folder.relative_to(benchmarks) / "b1").glob("round_*[0-9].safetensors")))
        taken = sum(seconds(path) for path in folder.glob("b1_*.tsv"))
        yield ("attack", f"{folder.name}, {folder.parent.name}"), taken / max(1, attacked)
    for folder in sorted(benchmarks.glob("seed_*/hessian")):
        jobs = defaultdict(list)
        for path in sorted(folder.glob("*_[0-9]*.tsv")):
            jobs[path.stem.rsplit("_", 1)[0]].append(path)
        for method, paths in jobs.items():
            found = results / folder.relative_to(benchmarks) / method
            each = len(list(found.glob("round_*[0-9].json"))) / len(paths)  # checkpoints of a job
            for path in paths:
                estimator = _estimator(found / f"round_{path.stem.rsplit('_', 1)[1]}.json")
                yield ("hessian", estimator), seconds(path) / max(1, each)
    yield from ((("generator", ""), seconds(path)) for path in sorted(benchmarks.glob("seed_*/generator.tsv")))
    for path in sorted(benchmarks.glob("seed_*/studies/*/**/*.tsv")):
        yield (path.relative_to(benchmarks).parts[2], path.stem), seconds(path)


def _estimator(path: Path) -> str:
    """How a Hessian was measured; empty where its file is gone or damaged."""
    try:
        return str(json.loads(path.read_bytes())["estimator"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""


def seconds(path: Path) -> float:
    """The seconds of one core in one of Snakemake's benchmark files; 0 where a killed run left it unfinished."""
    try:
        with path.open(newline="") as file:
            row = next(csv.DictReader(file, delimiter="\t"))
        # Snakemake looks at the CPU time every 30 s, which misses the end of a short job: its wall time is nearer.
        return float(row["cpu_time"] if float(row["s"]) > 300 else row["s"])
    except (StopIteration, KeyError, ValueError, TypeError):
        return 0.0


def shipped(path: Path, scale: str) -> dict[Unit, float]:
    """What jobs of a scale took on another machine: a file of scale, stage, what, seconds; none is no error."""
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        return {
            (row["stage"], row["what"]): float(row["seconds"]) for row in csv.DictReader(file) if row["scale"] == scale
        }


def write_units(path: Path, jobs: Iterable[Job]) -> None:
    """What there is to do, by unit, as rows of stage, what, units."""
    counted: Counter[Unit] = Counter()
    for job in jobs:
        if job.unit is not None:
            counted[job.unit] += job.units
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([(*unit, count) for unit, count in sorted(counted.items())])


def cost(job: Job, sources: Sequence[Costs]) -> float | None:
    """Seconds of a core: by the first source that knows its unit, else by its stage's others; None where none does."""
    if job.unit is None:
        return SMALL
    known = [source[job.unit] for source in sources if job.unit in source]
    alike = [median(values) for source in sources if (values := [source[u] for u in source if u[0] == job.unit[0]])]
    return max(SMALL, job.units * (known or alike)[0]) if known or alike else None


def longest(jobs: Mapping[int, Job], costs: Mapping[int, float]) -> float:
    """Seconds of the longest chain of jobs that wait for one another; `jobs` in an order in which they can be done."""
    ends: dict[int, float] = {}
    for key, job in jobs.items():
        ends[key] = costs[key] + max((ends[other] for other in job.after if other in ends), default=0)
    return max(ends.values(), default=0)


def plan(jobs: Mapping[int, Job], at_once: int, own: Costs, elsewhere: Costs) -> list[str]:
    """What is to be done and about how long it takes with so many jobs at once, in a few plain lines."""
    costs = {key: cost(job, (own, elsewhere)) for key, job in jobs.items()}
    counted = {key: seconds or 0.0 for key, seconds in costs.items()}
    lines = [f"{len(jobs)} {'job' if len(jobs) == 1 else 'jobs'} to do; the times are those of one core:"]
    for group, words in GROUPS.items():
        mine = [key for key in jobs if jobs[key].group == group]
        if mine:
            timed = any(costs[key] is not None for key in mine)
            lines.append(
                f"{len(mine):6d} {words}: {rough(sum(counted[key] for key in mine)) if timed else 'not known'}"
            )
    wall = rough(max(sum(counted.values()) / at_once, longest(jobs, counted)))
    lacking = sum(seconds is None for seconds in costs.values())
    if lacking:
        return [
            *lines,
            f"More than {wall}, {at_once} at once: {lacking} of them are of kinds that were not timed before.",
        ]
    where = "jobs here before" if own else "another machine without a GPU: yours may need half or twice as long"
    return [*lines, f"About {wall}, {at_once} at once; measured on {where}."]


def rough(seconds: float) -> str:
    """A time in words, no finer than it is known."""
    if seconds < 60:
        return "a minute"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.{int(seconds < 36000)}f} h"
