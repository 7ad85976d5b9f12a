"""What the paper's scale costs, from the seconds of jobs that were run: unit costs times what a dry run of `all` lists.

    python benchmarks/cost.py

Unit costs are medians over the jobs of the scales `workstation` and `paper` (results/<scale>/benchmarks); the exact Hessian's
comes from results/exact.csv. Writes results/cost.md. The total is computed, not run.
"""

import csv
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from alternate import HERE

ROOT = HERE.parent
Unit = tuple[str, str]  # a stage, and which kind of its jobs


def measured(root: Path) -> dict[Unit, float]:
    """Seconds of a core for a round, an attacked checkpoint, a prior; medians."""
    found = defaultdict(list)
    for scale in ("paper", "workstation"):
        base = root / "results" / scale / "benchmarks"
        for path in sorted(base.glob("seed_*/train/*.tsv")):
            method, number = path.stem.rsplit("_", 1)
            before = [int(other.stem[-4:]) for other in path.parent.glob(f"{method}_[0-9]*.tsv")]
            earlier = [other for other in before if other < int(number)]
            if earlier:
                found["train", method].append(seconds(path) / (int(number) - max(earlier)))
        for path in sorted(base.glob("seed_*/attacks/*/*/*/b1_*.tsv")):
            axes, attack = path.parts[-3], path.parts[-2]
            found["attack", f"{attack}, {axes}"].append(seconds(path))
        for path in sorted(base.glob("seed_*/prior.tsv")):
            found["prior", "trained"].append(seconds(path))
    exact = HERE / "results" / "exact.csv"
    if exact.exists():
        with exact.open(newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["what"] == "exact log det"]
        # Wall seconds on so many threads: `flatgia, 2 threads`.
        found["hessian", "exact"] = [float(row["value"]) * int(row["who"].split()[1]) for row in rows]
    return {unit: median(values) for unit, values in found.items() if values}


def seconds(path: Path) -> float:
    """The seconds of one core in one of Snakemake's benchmark files."""
    with path.open(newline="") as file:
        row = next(csv.DictReader(file, delimiter="\t"))
    # Snakemake looks at the CPU time every 30 s, which misses the end of a short job: its wall time is nearer.
    return float(row["cpu_time"] if float(row["s"]) > 300 else row["s"])


def planned(commands: str) -> Iterator[tuple[Unit, int]]:
    """Units of work in the shell commands of a dry run."""
    for command in re.findall(r"python scripts/(?:train|attack|hessian|prior)\.py.*?(?= && | > |\) >)", commands):
        stage = re.search(r"scripts/(\w+)\.py", command)[1]
        options = dict(re.findall(r" --(\w+) (\S+)", re.sub(r"--config '.*?'(?= --)", "", command)))
        if stage == "train":
            earlier = re.search(r"--previous \S*round_(\d+)", command)
            yield ("train", options["method"]), int(options["round"]) - (int(earlier[1]) if earlier else 0)
        elif stage == "attack":
            axes = f"{options.get('gradient', 'method')}-{options.get('attacker', 'naive')}"
            checkpoints = re.search(r"--checkpoint (.*?) --out", command)[1].split()
            yield ("attack", f"{options['attack']}, {axes}"), len(checkpoints)
        elif "--untrained" not in command:
            yield (stage, {"hessian": "exact", "prior": "trained"}[stage]), 1


def main() -> None:
    """Prints and writes the table."""
    command = [sys.executable, "-m", "snakemake", "--nolock", "-n", "--forceall", "-p", "--", "all"]
    plan = subprocess.run(command, cwd=ROOT, check=True, text=True, capture_output=True)
    counts: Counter[Unit] = Counter()
    for unit, count in planned(plan.stdout + plan.stderr):
        counts[unit] += count
    costs = measured(ROOT)
    lines = ["| stage | what | units | seconds of a core each | core hours |", "|---|---|---:|---:|---:|"]
    total = 0.0
    for unit, count in sorted((unit, count) for unit, count in counts.items() if count):
        each = costs.get(unit)
        total += count * (each or 0)
        said = (f"{each:.1f}", f"{count * each / 3600:.2f}") if each is not None else ("not measured", "")
        lines.append(f"| {unit[0]} | {unit[1]} | {count} | {said[0]} | {said[1]} |")
    lines.append(f"| all that was measured | | | | {total / 3600:.1f} |")
    text = "\n".join(lines) + "\n"
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "cost.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
