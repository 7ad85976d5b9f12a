"""Keeps the dear part of a run in one file, so that it can go on in another folder, on another machine or another day.

    python scripts/keep.py --scale paper             # writes paper_figures/run.tar
    python scripts/keep.py --scale paper --restore   # puts back what is not there; a run then goes on from it

It holds the trained generator, checkpoints, Hessians, metrics and the study's cases, and what Snakemake remembers of them,
so that a run makes anew what other code or another config would make otherwise. Reconstructions are left out: what shows
them (Fig 7, credit) makes them.
"""

import argparse
import json
import tarfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

from flatgia.artifacts import provenance_path, replacing
from flatgia.cli import run
from flatgia.errors import FlatgiaError

# In the order in which they are made: Snakemake makes anew what is older than its input.
KEPT = (
    "targets.safetensors",
    "prior.safetensors",
    "prior_samples.png",
    "checkpoints/*/round_*.safetensors",
    "hessian/*/round_*.json",
    "metrics/**/*.csv",
    "study/**/*.csv",
)
REMEDY = "give one that scripts/keep.py wrote"


def main(argv: Sequence[str] | None = None) -> None:
    """Keeps, or restores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", default="paper", help="whose results (%(default)s)")
    parser.add_argument("--root", type=Path, default=Path(), help="the folder that holds results/ (%(default)s)")
    parser.add_argument("--restore", action="store_true", help="put back instead of keeping")
    given = parser.parse_args(argv)
    archive = given.root / "paper_figures" / ("" if given.scale == "paper" else given.scale) / "run.tar"
    restore(given.root, archive) if given.restore else keep(given.root, given.scale, archive)


def keep(root: Path, scale: str, archive: Path) -> None:
    """Writes the archive; the same results give the same bytes. Raises `FlatgiaError` if there is nothing to keep."""
    results = root / "results" / scale
    files = [file for pattern in KEPT for file in sorted(results.glob(f"seed_*/{pattern}")) if _is_artifact(file)]
    if not files:
        raise FlatgiaError(results, "nothing to keep", "run the pipeline at that scale first, or name another --scale")
    with replacing(archive) as temporary, tarfile.open(temporary, "w") as tar:
        for file in files:
            for path in (memory_of(root, file), provenance_path(file), file):  # a file comes after what vouches for it
                if path.is_file():
                    _add(tar, path, path.relative_to(root).as_posix())
    print(f"{archive}: {len(files)} files, {archive.stat().st_size / 1e6:.1f} MB")


def restore(root: Path, archive: Path) -> None:
    """Puts back what is not there. Raises `FlatgiaError` if the archive is missing or damaged, or a download is missing."""
    try:
        with tarfile.open(archive) as tar:
            contents = {member.name: tar.extractfile(member).read() for member in tar if member.isfile()}
        downloads = _downloads(contents)
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError):
        raise FlatgiaError(archive, "no archive of a run, or damaged", REMEDY) from None
    if outside := [name for name in contents if not (root / name).resolve().is_relative_to(root.resolve())]:
        raise FlatgiaError(archive, f"{outside[0]} lies outside the folder", REMEDY)
    if missing := sorted(path for path in downloads if not (root / path).is_file()):
        words = f"snakemake --cores 1 {' '.join(missing)}"
        raise FlatgiaError(missing[0], "missing, and what is kept was made from it", f"run `{words}` first")
    count = 0
    for name, content in contents.items():
        path = root / name
        if not path.exists():
            with replacing(path) as temporary:
                temporary.write_bytes(content)
            count += name.startswith("results/") and _is_artifact(path)
    print(f"{count} files restored; `snakemake -n` says what is still to do")


def memory_of(root: Path, file: Path) -> Path:
    """Where Snakemake keeps what it remembers of an output."""
    name = urlsafe_b64encode(file.relative_to(root).as_posix().encode()).decode()
    return root / ".snakemake" / "metadata" / name


def _is_artifact(path: Path) -> bool:
    return not path.name.startswith(".") and not path.name.endswith(".provenance.json")


def _downloads(contents: Mapping[str, bytes]) -> set[str]:
    vouchers = (json.loads(content) for name, content in contents.items() if name.endswith(".provenance.json"))
    return {path for voucher in vouchers for path in voucher["inputs"] if path.startswith("results/shared/")}


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    member = tarfile.TarInfo(name)
    member.size = path.stat().st_size
    with path.open("rb") as file:
        tar.addfile(member, file)


if __name__ == "__main__":
    run(main)
