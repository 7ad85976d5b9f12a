"""What the paper's scale costs, from the seconds of jobs that were run: unit costs times what a dry run of `all` lists.

    python benchmarks/cost.py

Unit costs are medians over the jobs of the scale (results/<scale>/benchmarks), so as many run at once as did then; what was
not run here keeps what workflow/seconds.csv says. Writes that file, from which a run tells how long it will take, and
results/cost.md. The total is computed, not run.
"""

import csv
import os
import subprocess
import sys
import tempfile
from collections import Counter
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


def planned() -> Counter[Unit]:
    """The units of work of `all` and of the studies, from nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "units.csv")
        command = [
            sys.executable,
            "-m",
            "snakemake",
            "--nolock",
            "--cores",
            "2",
            "--forceall",
            "--quiet",
            "all",
            "--",
            "all",
        ]
        subprocess.run(command, cwd=ROOT, env=os.environ | {"FLATGIA_UNITS": str(path)}, capture_output=True)
        with path.open(newline="") as file:
            return Counter({(stage, what): int(count) for stage, what, count in csv.reader(file)})


def main() -> None:
    """Prints and writes the table."""
    counts = planned()
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
