"""Records the numbers of a run and the hashes of all its files, or compares a run with such a record.

    python scripts/record.py --scale workstation            # writes paper_figures/workstation/data/ and manifest.csv
    python scripts/record.py --scale workstation --check    # what differs from them, and by how much
    python scripts/record.py --scale workstation --other ../clone            # the same against another folder's run

data/ holds measures.csv (a row for each image and metric), hessian.csv and training.csv. --check finds the numbers of what
is committed with git; of other files it says only that their bytes differ. Exit status 1 if anything is different or missing.
"""

import argparse
import contextlib
import hashlib
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from flatgia.core.artifacts import replacing, sha256
from flatgia.core.cli import run
from flatgia.core.errors import FlatgiaError
from flatgia.pipeline import tables as record
from flatgia.pipeline.difference import difference, of_tables
from flatgia.pipeline.manifest import compare, made, read_manifest, write_manifest
from flatgia.settings.scales import scale_name

STATES = ("equal", "close", "different", "other bytes", "missing", "not in the manifest")
KEYED = {"measures.csv": -1, "hessian.csv": 3, "training.csv": 3}  # cells that name a row
MOST = 30  # lines of a state


def main(argv: Sequence[str] | None = None) -> None:
    """Records, or checks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", default="paper", help="The scale of the run. Default: %(default)s.")
    parser.add_argument(
        "--root", type=Path, default=Path(), help="The folder that holds results/. Default: %(default)s."
    )
    parser.add_argument("--check", action="store_true", help="Compare with the record instead of writing it.")
    parser.add_argument("--other", type=Path, help="Compare with the run in this folder instead of the record.")
    given = parser.parse_args(argv)
    results = results_of(given.root, scale_name(given.scale))
    figures = Path("paper_figures") / ("" if given.scale == "paper" else given.scale)
    manifest = given.root / figures / "manifest.csv"
    if given.other:
        results_of(given.other, given.scale)
    if given.check or given.other:  # who names another run wants to compare: the record must not be lost
        expected = hashes(given.other, given.scale, figures) if given.other else read_manifest(manifest)
        found = hashes(given.root, given.scale, figures)
        data = {(figures / "data" / f"{name}.csv").as_posix(): table for name, table in tables(results)}
        report(list(compared(given.root, given.other, expected, found, data)))
    else:
        for name, table in tables(results):
            with replacing(given.root / figures / "data" / f"{name}.csv") as temporary:
                temporary.write_bytes(table)
        found = hashes(given.root, given.scale, figures)
        write_manifest(manifest, given.root, found)
        print(f"{manifest}: {len(found)} files")


def results_of(root: Path, scale: str) -> Path:
    """The folder of a scale's results. Raises `FlatgiaError` if there are none."""
    results = root / "results" / scale
    if not any(results.glob("seed_*/*")):
        what, remedy = (
            "no such folder, or no results in it",
            "run the pipeline at that scale first, or name another one",
        )
        raise FlatgiaError(results, what, remedy)
    return results


def hashes(root: Path, scale: str, figures: Path) -> dict[str, str]:
    """The hash of all that a run made."""
    shown = [path.relative_to(root).as_posix() for path in (root / figures).glob("*") if path.is_file()]
    below = [(figures / folder).as_posix() for folder in ("data", "studies")]
    folders = [f"results/{scale}", "results/shared", *shown, *below]
    return {path.as_posix(): sha256(root / path) for path in made(root, folders)}


def tables(results: Path) -> Iterator[tuple[str, bytes]]:
    """The tables of data/, each from whatever there is of its kind."""
    for name, table, pattern in (
        ("measures", record.measures, "seed_*/metrics/**/*.csv"),
        ("hessian", record.hessians, "seed_*/hessian/*/round_[0-9]*[0-9].json"),
        ("training", record.training, "seed_*/checkpoints/*/round_*[0-9].safetensors"),
    ):
        if paths := sorted(results.glob(pattern)):
            yield name, table(paths).to_csv(index=False, float_format="%.9g", lineterminator="\n").encode()


def compared(
    root: Path, other: Path | None, expected: dict[str, str], found: dict[str, str], data: dict[str, bytes]
) -> Iterator[tuple[str, str, str]]:
    """(path, state, words) of every file: equal, close, different, other bytes, missing, not in the manifest."""
    # The tables of data/ as this run gives them: what lies there is the record itself.
    found = found | {path: hashlib.sha256(table).hexdigest() for path, table in data.items()}
    states = dict(compare(expected, found))
    for path in sorted(expected | found):
        state, words = states.get(path, "equal"), ""
        if state == "differs":
            kept = kept_bytes(root, other, path, expected[path])
            new = data.get(path) or (root / path).read_bytes()
            keys = KEYED.get(Path(path).name) if path in data else None
            if kept is None:
                # The numbers of what lies under results/ are in data/.
                state = "other bytes" if path.startswith("results/") else "different"
                words = "what it was is not kept"
            else:
                state, words = of_tables(kept, new, keys) if keys else difference(path, kept, new)
        yield path, state, words


def kept_bytes(root: Path, other: Path | None, path: str, digest: str) -> bytes | None:
    """What the file was: in the other folder, in its place, or as committed; None where none of them has that hash."""
    if other:
        return (other / path).read_bytes()
    command = ["git", "-C", str(root), "show", f"HEAD:./{path}"]
    with contextlib.suppress(OSError):  # no git, or not there
        places = [(root / path).read_bytes(), subprocess.run(command, capture_output=True, check=False).stdout]
        return next((content for content in places if hashlib.sha256(content).hexdigest() == digest), None)
    return None


def report(files: Sequence[tuple[str, str, str]]) -> None:
    """Prints what is not equal and the sums; leaves with 1 if anything is different or missing."""
    counts = Counter(state for _, state, _ in files)
    for state in STATES[1:]:
        mine = [(path, words) for path, how, words in files if how == state]
        for path, words in mine[:MOST]:
            print(f"{path}: {state}" + (f", {words}" if words else ""))
        if len(mine) > MOST:
            print(f"... and {len(mine) - MOST} more: {state}")
    print(", ".join(f"{counts[state]} {state}" for state in STATES))
    if counts["different"] or counts["missing"]:
        sys.exit(1)


if __name__ == "__main__":
    run(main)
