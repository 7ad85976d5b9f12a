"""Converts tables from Markdown to web pages, for `snakemake --report`.

python scripts/pages.py --tables table1.md compare.md --out table1.html compare.html
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from flatgia.core.artifacts import Provenance, artifact
from flatgia.core.cli import run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.plotting.web import page


def main(argv: Sequence[str] | None = None) -> None:
    """A page for each table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", nargs="+", required=True, help="The tables, as Markdown.")
    parser.add_argument("--out", nargs="+", required=True, help="An .html file to write for each of them.")
    given = parser.parse_args(argv)
    if len(given.tables) != len(given.out):
        raise FlatgiaError("--out", f"{len(given.out)} names for {len(given.tables)} tables", "pair them")
    check_files(given.out, given.tables)
    for table, out in zip(given.tables, given.out, strict=True):
        with artifact(out, Provenance("page", {}, [table])) as temporary:
            temporary.write_text(page(Path(table).read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    run(main)
