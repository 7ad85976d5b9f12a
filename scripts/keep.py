"""Archives the costly part of a run, so that it can go on in another folder, on another machine or another day.

    python scripts/keep.py --scale paper             # archives what is new in paper_figures/archive/
    python scripts/keep.py --scale paper --restore   # restores what is missing; a run then goes on from it

An archive is never written twice. They hold the trained generator, checkpoints, Hessians, metrics, the studies' tables and
the reconstructions that figures show. Snakemake takes what is restored as it is and makes none of it again, whatever the code
says by now; to have something made again, delete it or name it behind `snakemake -f`.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from flatgia.core.cli import run
from flatgia.pipeline.archive import keep, restore
from flatgia.settings.scales import scale_name


def main(argv: Sequence[str] | None = None) -> None:
    """Keeps, or restores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", default="paper", help="The scale of the run. Default: %(default)s.")
    parser.add_argument(
        "--root", type=Path, default=Path(), help="The folder that holds results/. Default: %(default)s."
    )
    parser.add_argument(
        "--archive", type=Path, help="The folder of the archives. Default: paper_figures/archive under --root."
    )
    parser.add_argument("--restore", action="store_true", help="Restore instead of archiving.")
    parser.add_argument(
        "--portable",
        action="store_true",
        help="With --restore, leave out results computed with compute.instructions: native.",
    )
    given = parser.parse_args(argv)
    figures = given.root / "paper_figures" / ("" if scale_name(given.scale) == "paper" else given.scale)
    folder = given.archive or figures / "archive"
    if given.restore:
        print(f"{restore(given.root, folder, given.portable)} files restored; `snakemake -n` says what is still to do")
        return
    written = keep(given.root, given.scale, folder)
    for archive in written:
        print(f"{archive}: {archive.stat().st_size / 1e6:.1f} MB")
    if not written:
        print(f"{folder}: it holds everything already")


if __name__ == "__main__":
    run(main)
