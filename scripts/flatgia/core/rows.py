"""Writes a table as CSV, whole or not at all."""

import csv
from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from flatgia.core.artifacts import Provenance, artifact


def save_rows(path: Path | str, columns: Sequence[str], rows: Iterable[Sequence[Any]], record: Provenance) -> None:
    """Fractions have nine digits, so that bytes do not hang on the last bit; an error among `rows` leaves no file."""
    with artifact(path, record) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_text(cell) for cell in row] for row in rows)


def _text(cell: Any) -> Any:
    return f"{cell:.9g}" if isinstance(cell, Real) and not isinstance(cell, Integral) else cell
