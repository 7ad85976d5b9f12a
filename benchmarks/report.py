"""The measurements in results/*.csv as one table: medians, and ratios of what was measured in turn.

    python benchmarks/report.py [FOLDER]

Prints the table and writes it to FOLDER/table.md (default: benchmarks/results).
"""

import argparse
import csv
import platform
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from alternate import HERE, Row

Measured = dict[str, dict[str, dict[int, float]]]  # what, who, repeat: value
HEAD = ["| what | who | median (least to most) | repeats | ours against it |", "|---|---|---|---|---|"]


def read(folder: Path) -> tuple[Measured, dict[str, str]]:
    """The values of all files, without the warm-ups where there is more, and the unit of each `what`."""
    measured: Measured = {}
    units = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="") as file:
            for line in csv.DictReader(file):
                row = Row(line["what"], line["who"], float(line["value"]), line["unit"], int(line["repeat"]))
                measured.setdefault(row.what, {}).setdefault(row.who, {})[row.repeat] = row.value
                units[row.what] = row.unit
    for sides in measured.values():
        for values in sides.values():
            if len(values) > 1:
                values.pop(0, None)
    return measured, units


def ratio(ours: dict[int, float], theirs: dict[int, float], unit: str) -> float | None:
    """How many times as fast ours is: the median over the repeats that both have; None if the unit is no speed."""
    pairs = [(ours[repeat], theirs[repeat]) for repeat in ours if repeat in theirs]
    if unit not in {"s", "1/s"} or not pairs:
        return None
    return median(b / a if unit == "s" else a / b for a, b in pairs)


def best(sides: dict[str, dict[int, float]], unit: str) -> str | None:
    """The fastest of ours, where there is a peer; None otherwise."""
    ours = [who for who in sides if who.startswith("flatgia")]
    better = max if unit == "1/s" else min
    return better(ours, key=lambda who: median(sides[who].values())) if 0 < len(ours) < len(sides) else None


def table(measured: Measured, units: dict[str, str]) -> list[str]:
    """The lines of a Markdown table."""
    lines = list(HEAD)
    for what, sides in measured.items():
        unit = units[what]
        ours = best(sides, unit)
        for who, values in sides.items():
            found = ratio(sides[ours], values, unit) if ours and not who.startswith("flatgia") else None
            spread = f"{median(values.values()):.5g} {unit if unit != '1' else ''}".strip()
            spread += f" ({min(values.values()):.3g} to {max(values.values()):.3g})" if len(values) > 1 else ""
            lines.append(f"| {what} | {who} | {spread} | {len(values)} | {f'{found:.3g} x' if found else ''} |")
    return lines


def machine() -> str:
    """The processor's name, as far as the system tells it."""
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    name = names[0].partition(": ")[2] if names else platform.processor() or platform.machine()
    return f"{name}; {len(names) or '?'} cores; Python {platform.python_version()}"


def main(argv: Sequence[str] | None = None) -> None:
    """Prints and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=HERE / "results")
    folder = parser.parse_args(argv).folder
    text = "\n".join([f"Measured on: {machine()}.", "", *table(*read(folder)), ""])
    (folder / "table.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
