"""Writes the tables of config/README.md that say what the numbers of methods and attacks may be; run it after a change."""

import argparse
from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.settings.config import ROOT
from flatgia.settings.readme import with_tables


def main(argv: Sequence[str] | None = None) -> None:
    """Rewrites the file in place."""
    argparse.ArgumentParser(description=__doc__).parse_args(argv)
    path = ROOT / "config" / "README.md"
    path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    run(main)
