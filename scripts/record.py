"""Keeps what a run measured and the hashes of all it made; or holds a run against the hashes of another.

    python scripts/record.py --scale workstation            # writes paper_figures/workstation/data/ and manifest.csv
    python scripts/record.py --scale workstation --check    # names what differs from that manifest; exit status 1 if anything

data/ holds measures.csv (a row for each image and metric), hessian.csv and training.csv.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from flatgia.artifacts import replacing, sha256
from flatgia.cli import run
from flatgia.errors import FlatgiaError
from flatgia.manifest import compare, made, read_manifest, write_manifest
from flatgia.report import record


def main(argv: Sequence[str] | None = None) -> None:
    """Records, or checks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", default="paper", help="whose results (%(default)s)")
    parser.add_argument("--root", type=Path, default=Path(), help="the folder that holds results/ (%(default)s)")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    given = parser.parse_args(argv)
    results = given.root / "results" / given.scale
    figures = given.root / "paper_figures" / ("" if given.scale == "paper" else given.scale)
    if not results.is_dir():
        raise FlatgiaError(results, "no such folder", "run the pipeline at that scale first, or name another --scale")
    if not given.check:
        write_data(results, figures / "data")
    shown = [path.relative_to(given.root).as_posix() for path in [*figures.glob("*"), *figures.glob("data/*")]]
    folders = [results.relative_to(given.root).as_posix(), "results/shared", *shown]
    found = {path.as_posix(): sha256(given.root / path) for path in made(given.root, folders)}
    manifest = figures / "manifest.csv"
    if given.check:
        check(read_manifest(manifest), found)
    else:
        write_manifest(manifest, found)
        print(f"{manifest}: {len(found)} files")


def write_data(results: Path, folder: Path) -> None:
    """The tables of data/, each from whatever there is of its kind."""
    for name, table, pattern in (
        ("measures", record.measures, "seed_*/metrics/**/*.csv"),
        ("hessian", record.hessians, "seed_*/hessian/*/round_[0-9]*[0-9].json"),
        ("training", record.training, "seed_*/checkpoints/*/round_*[0-9].safetensors"),
    ):
        if paths := sorted(results.glob(pattern)):
            with replacing(folder / f"{name}.csv") as temporary:
                table(paths).to_csv(temporary, index=False, float_format="%.9g", lineterminator="\n")


def check(expected: dict[str, str], found: dict[str, str]) -> None:
    """Prints what differs; leaves with 1 if anything does."""
    differing = list(compare(expected, found))
    for path, how in differing:
        print(f"{path}: {how}")
    print(f"{len(expected)} files in the manifest, {len(differing)} of them or beside them differ")
    if differing:
        sys.exit(1)


if __name__ == "__main__":
    run(main)
