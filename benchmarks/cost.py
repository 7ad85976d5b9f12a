"""What the paper's scale costs, from the seconds of jobs that were run: unit costs times what a dry run of `all` lists.

    python benchmarks/cost.py

Unit costs are medians over the jobs of the scale (results/<scale>/benchmarks), so as many run at once as did then; what was
not run here keeps what workflow/seconds.csv says. Writes that file, from which a run tells how long it will take, and
results/cost.md. The total is computed, not run.
"""

import csv
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from alternate import HERE

from flatgia.pipeline import estimate
from flatgia.pipeline.estimate import Unit

ROOT = HERE.parent
SECONDS = ROOT / "workflow" / "seconds.csv"
SCALES = ("paper", "quick", "workstation")


def write_seconds(path: Path, found: dict[str, dict[Unit, float]]) -> None:
    """The unit costs, for what a run says at its start; what was not run here keeps its rows."""
    rows = {}
    if path.exists():
        with path.open(newline="") as file:
            rows = {(row["scale"], row["stage"], row["what"]): row["seconds"] for row in csv.DictReader(file)}
    rows |= {(scale, *unit): f"{value:.1f}" for scale, costs in found.items() for unit, value in costs.items()}
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([("scale", "stage", "what", "seconds"), *((*key, rows[key]) for key in sorted(rows))])


def planned(commands: str) -> Iterator[tuple[Unit, int]]:
    """Units of work in the shell commands of a dry run."""
    pattern = r"/(train|attack|curvature|generator)\.py (.*?)(?: && | > |\) >)"
    for script, command in re.findall(pattern, commands):
        options = dict(re.findall(r"--(\w+) (\S+)", re.sub(r"--config '.*?'(?= --)", "", command)))
        if script == "train":
            earlier = re.search(r"--previous \S*round_(\d+)", command)
            last = re.search(r"--round ([\d ]+)", command)[1].split()[-1]
            yield ("train", options["method"]), int(last) - (int(earlier[1]) if earlier else 0)
        elif script == "generator":
            yield (script, ""), "--untrained" not in command
        else:
            checkpoints = len(re.search(r"--checkpoint (.*?) --", command)[1].split())
            axes = f"{options.get('gradient', 'method')}-{options.get('attacker', 'naive')}"
            unit = ("attack", f"{options['attack']}, {axes}") if script == "attack" else ("hessian", "")
            yield unit, checkpoints


def main() -> None:
    """Prints and writes the table."""
    command = [sys.executable, "-m", "snakemake", "--nolock", "-n", "--forceall", "-p", "--", "all"]
    plan = subprocess.run(command, cwd=ROOT, check=True, text=True, capture_output=True)
    counts: Counter[Unit] = Counter()
    for unit, count in planned(plan.stdout + plan.stderr):
        counts[unit] += count
    write_seconds(SECONDS, {scale: estimate.measured(ROOT / "results" / scale) for scale in SCALES})
    costs = estimate.shipped(SECONDS, "paper")
    lines = ["| stage | what | units | seconds of a core each | core hours |", "|---|---|---:|---:|---:|"]
    total = 0.0
    for unit, count in sorted((unit, count) for unit, count in counts.items() if count):
        each = costs.get(unit)
        total += count * (each or 0)
        said = (f"{each:.1f}", f"{count * each / 3600:.2f}") if each is not None else ("not measured", "")
        lines.append(f"| {unit[0]} | {unit[1] or 'each'} | {count} | {said[0]} | {said[1]} |")
    lines.append(f"| all that was measured | | | | {total / 3600:.1f} |")
    text = "\n".join(lines) + "\n"
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "cost.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
