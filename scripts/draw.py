"""Draws a figure or a table from results.

    python scripts/draw.py fig7 --config config/config.yaml --notes NOTES --out-dir FOLDER --attacks FILE ... --targets FILE
    python scripts/draw.py fig7 --help      # what the paper claims with it, what it is drawn from, what to expect

`snakemake fig7` does the same, after it has made what is missing.
"""

import inspect
import sys
from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.core.errors import FlatgiaError
from flatgia.core.plugins import load_class
from flatgia.plotting.request import parse
from flatgia.plotting.shown import Shown
from flatgia.studies.catalogue import catalogue


def main(argv: Sequence[str] | None = None) -> None:
    """Draws what the first word names."""
    name, *words = (sys.argv[1:] if argv is None else argv) or ["--help"]
    if name in ("-h", "--help"):
        print(overview())
        return
    shown = find(name)
    draw = load_class(shown.draw, name)
    draw(parse(shown.stem, inspect.getdoc(draw), words, *shown.takes, prog=f"draw.py {name}"), **shown.options)


def find(name: str) -> Shown:
    """By its target, fig7, or by its files, fig07. Raises `FlatgiaError` that lists all if there is none."""
    known = catalogue()
    for shown in known.values():
        if name in (shown.name, shown.stem):
            return shown
    raise FlatgiaError(name, "no such figure, table or study", f"name one of {', '.join(known)}")


def overview() -> str:
    """The help of the command itself: all that it draws."""
    lines = [f"  {name:<12} {shown.title}" for name, shown in catalogue().items()]
    return "\n".join([f"usage: draw.py NAME ...\n\n{__doc__}", *lines])


if __name__ == "__main__":
    run(main)
