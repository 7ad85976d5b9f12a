"""Keeps the dear part of a run in one file, so that it can go on in another folder, on another machine or another day.

    python scripts/keep.py --scale paper             # writes paper_figures/run.tar
    python scripts/keep.py --scale paper --restore   # puts back what is not there; a run then goes on from it

It holds the trained generator, checkpoints, Hessians, metrics and the study's cases, and what Snakemake remembers of them,
so that a run makes anew what other code or another config would make otherwise. Reconstructions are left out: what shows
them (Fig 7, credit) makes them.
"""

import argparse
import hashlib
import json
import tarfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tarfile import BLOCKSIZE

from flatgia.core.artifacts import provenance_path, replacing
from flatgia.core.cli import run
from flatgia.core.errors import FlatgiaError
from flatgia.settings.scales import scale_name

# In the order in which they are made: Snakemake makes anew what is older than its input.
KEPT = (
    "targets.safetensors",
    "generator.safetensors",
    "generator_samples.png",
    "checkpoints/*/round_*.safetensors",
    "hessian/*/round_*.json",
    "metrics/**/*.csv",
    "study/**/*.csv",
)


def main(argv: Sequence[str] | None = None) -> None:
    """Keeps, or restores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", default="paper", help="whose results (%(default)s)")
    parser.add_argument("--root", type=Path, default=Path(), help="the folder that holds results/ (%(default)s)")
    parser.add_argument("--restore", action="store_true", help="put back instead of keeping")
    given = parser.parse_args(argv)
    scale_name(given.scale)
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
            for path in _belonging(root, file):
                if path.is_file():
                    _add(tar, path, path.relative_to(root).as_posix())
    print(f"{archive}: {len(files)} files, {archive.stat().st_size / 1e6:.1f} MB")


def restore(root: Path, archive: Path) -> None:
    """Puts back what is not there. Raises `FlatgiaError` if the archive is missing or damaged, or a download is missing."""
    try:
        contents, names, inputs = _read(archive)
        absent = [name for name in names if not (root / name).exists()]
        missing = sorted(path for path in inputs if path.startswith("results/shared/") and not (root / path).is_file())
    except (OSError, EOFError, tarfile.TarError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise FlatgiaError(archive, "no archive of a run, or damaged", "give one that scripts/keep.py wrote") from None
    if missing:
        words = f"snakemake --cores 1 {' '.join(missing)}"
        remedy = f"run `{words}` first, with the run's --configfile"
        raise FlatgiaError(missing[0], "missing, and what is kept was made from it", remedy)
    # All three of each: an older memory or provenance would not fit.
    belonging = (path for name in absent for path in _belonging(Path(), Path(name)))
    _write(root, [path for path in belonging if path.as_posix() in contents], contents)
    print(f"{len(absent)} files restored; `snakemake -n` says what is still to do")


def _write(root: Path, paths: Sequence[Path], contents: Mapping[str, bytes]) -> None:
    """Writes all of them or, where the disk gives out, none."""
    with ExitStack() as stack:
        # Renamed when the stack ends, the last first: so the names are taken from the end, and the bytes written in order.
        temporary = {path: stack.enter_context(replacing(root / path)) for path in reversed(paths)}
        for path in paths:
            temporary[path].write_bytes(contents[path.as_posix()])


def _read(archive: Path) -> tuple[dict[str, bytes], list[str], set[str]]:
    """All contents by name, the names of the results, and of what they were made from. Raises what damage makes it raise."""
    with tarfile.open(archive, "r:") as tar:
        contents = {member.name: tar.extractfile(member).read() for member in tar if member.isfile()}
        last = tar.getmembers()[-1]
        end = last.offset_data + -(-last.size // BLOCKSIZE) * BLOCKSIZE
    with archive.open("rb") as file:
        file.seek(end)
        rest = file.read()
    # Two empty blocks end an archive. One that is cut between two files lacks them, and tarfile does not mind.
    if len(rest) < 2 * BLOCKSIZE or rest.strip(b"\0"):
        raise ValueError("no end of an archive")
    names = [name for name in contents if name.startswith("results/") and _is_artifact(Path(name))]
    known = {path.as_posix() for name in names for path in _belonging(Path(), Path(name))}
    # Nothing but results and what goes with them: a file among the scripts would be run.
    if not known.issuperset(contents) or any(".." in Path(name).parts for name in names):
        raise ValueError("files that are no results")
    vouchers = {name: json.loads(contents[str(provenance_path(name))]) for name in names}
    if any(hashlib.sha256(contents[name]).hexdigest() != voucher["sha256"] for name, voucher in vouchers.items()):
        raise ValueError("other content than its provenance names")
    return contents, names, {path for voucher in vouchers.values() for path in voucher["inputs"]}


def memory_of(root: Path, file: Path) -> Path:
    """Where Snakemake keeps what it remembers of an output."""
    name = urlsafe_b64encode(file.relative_to(root).as_posix().encode()).decode()
    return root / ".snakemake" / "metadata" / name


def _is_artifact(path: Path) -> bool:
    return not path.name.startswith(".") and not path.name.endswith(".provenance.json")


def _belonging(root: Path, file: Path) -> tuple[Path, Path, Path]:
    """A result after what vouches for it."""
    return memory_of(root, file), provenance_path(file), file


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    member = tarfile.TarInfo(name)
    member.size = path.stat().st_size
    with path.open("rb") as file:
        tar.addfile(member, file)


if __name__ == "__main__":
    run(main)
