"""A run's results in archives that are never written twice: each holds what the ones before it lack.

One archive a seed, method and kind, numbered: git keeps every version of a file, so a file that grew would be kept whole
again and again. A later archive wins where two hold the same path. What is restored is newer in the order in which a run
makes it, or Snakemake would make it again.
"""

import hashlib
import json
import lzma
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from io import BytesIO
from pathlib import Path

from flatgia.core.artifacts import provenance_path, replacing, sha256
from flatgia.core.errors import FlatgiaError
from flatgia.pipeline.manifest import instructions_of
from flatgia.settings.registry import studies

# In the order in which they are made. The tensors of round 0 are those of the study `credit`; Fig 7 has those of a later
# round beside them, see `_pictures`.
FIRST = "round_0000.safetensors"
CHECKPOINTS = (
    "targets.safetensors",
    "generator.safetensors",
    "generator_samples.png",
    "checkpoints/*/round_*.safetensors",
)
RESULTS = (
    "hessian/*/round_*.json",
    f"attacks/*/method-naive/*/b1/{FIRST}",
    "metrics/**/*.csv",
    *(f"studies/{study.name}/{pattern}" for study in studies() for pattern in study.kept),
)
KINDS = {"checkpoints": CHECKPOINTS, "results": RESULTS}
NOTES = "notes*.json"  # what stands under the figures
STAGES = ("notes", "targets", "generator", "checkpoints", "hessian", "attacks", "metrics", "studies")
DAMAGE = (
    OSError,
    EOFError,
    lzma.LZMAError,
    tarfile.TarError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    StopIteration,
)
VOUCHER = ".provenance.json"
# The first archive also holds what Snakemake remembered, and a generator trained in bf16.
LEFT_OUT = (".snakemake/", "results/paper/seed_0/prior")


def keep(root: Path, scale: str, folder: Path) -> list[Path]:
    """Writes archives of what is in no archive yet; their paths. Raises `FlatgiaError` if there are no results."""
    results = root / "results" / scale
    known = {name: digest for archive in archives(folder) for name, digest in _hashes(archive).items()}
    new: dict[str, list[Path]] = {}
    found = False
    for kind, path in _results(results):
        found = True
        name = path.relative_to(root).as_posix()
        if known.get(name) != sha256(path):
            new.setdefault(f"{_owner(path.relative_to(results))}.{kind}", []).append(path)
    if not found:
        raise FlatgiaError(results, "nothing to keep", "run the pipeline at that scale first, or name another --scale")
    return [_write_archive(root, _next(folder, owner), paths) for owner, paths in sorted(new.items())]


def restore(root: Path, folder: Path, portable: bool = False) -> int:
    """Puts back what is not there, oldest stage first; how many files. Raises `FlatgiaError` on none or a damaged archive.

    `portable` leaves out what was computed with all that one processor has, but for models, whose weights keep their bytes.
    """
    contents: dict[str, bytes] = {}
    for archive in archives(folder):
        contents |= _read(archive)
    if not contents:
        raise FlatgiaError(folder, "no archives of a run", "give --scale one that has some")
    names = [name for name in contents if _is_result(name) and not (portable and _is_of_one_machine(name, contents))]
    absent = sorted((name for name in names if not (root / name).exists()), key=_stage)
    _write(root, [path for name in absent for path in (str(provenance_path(name)), name)], contents)
    return len(absent)


def archives(folder: Path) -> list[Path]:
    """All archives of a folder; those of one owner in the order in which they were written."""
    return sorted(folder.glob("*.tar*"))


def _results(results: Path) -> Iterator[tuple[str, Path]]:
    """What is kept, with its kind."""
    patterns = [(kind, f"seed_*/{pattern}") for kind, patterns in KINDS.items() for pattern in patterns]
    found = [
        (kind, path) for kind, pattern in [("results", NOTES), *patterns] for path in sorted(results.glob(pattern))
    ]
    for kind, path in (*found, *(("results", path) for path in _pictures(results))):
        if not path.name.startswith(".") and not path.name.endswith(VOUCHER) and provenance_path(path).is_file():
            yield kind, path


def _pictures(results: Path) -> Iterator[Path]:
    """The reconstructions of the last round in each table of metrics, which Fig 7 shows."""
    for voucher in sorted(results.glob(f"seed_*/metrics/*/method-naive/*/b1/table.csv{VOUCHER}")):
        inputs = json.loads(voucher.read_text(encoding="utf-8"))["inputs"]
        attacked = max((name for name in inputs if "/attacks/" in name), default=FIRST)
        if not attacked.endswith(FIRST):
            yield results.parents[1] / attacked


def _owner(path: Path) -> str:
    """seed_0.fedavg of seed_0/metrics/fedavg/...; seed_0.common, or common, where a path names no method (or study)."""
    seed, *rest = path.parts
    if not rest:
        return "common"
    return f"{seed}.{rest[1] if len(rest) > 2 else 'common'}"


def _next(folder: Path, owner: str) -> Path:
    numbers = [int(path.name.removeprefix(f"{owner}.").split(".")[0]) for path in folder.glob(f"{owner}.*.tar.xz")]
    return folder / f"{owner}.{max(numbers, default=0) + 1:03d}.tar.xz"


def _write_archive(root: Path, archive: Path, paths: Iterable[Path]) -> Path:
    archive.parent.mkdir(parents=True, exist_ok=True)
    with replacing(archive) as temporary, tarfile.open(temporary, "w:xz") as tar:
        for path in (file for result in paths for file in (provenance_path(result), result)):
            member = tarfile.TarInfo(path.relative_to(root).as_posix())
            content = path.read_bytes()
            member.size = len(content)
            tar.addfile(member, BytesIO(content))
    return archive


def _write(root: Path, names: Sequence[str], contents: Mapping[str, bytes]) -> None:
    """Writes all of them or, where the disk gives out, none."""
    with ExitStack() as stack:
        # Renamed when the stack ends, the last first: so the names are taken from the end, and the bytes written in order.
        temporary = {name: stack.enter_context(replacing(root / name)) for name in reversed(names)}
        for name in names:
            temporary[name].write_bytes(contents[name])


def _stage(name: str) -> tuple[int, str]:
    """Where in a run a result is made."""
    _, _, *rest = name.split("/")  # results/paper/seed_0/<stage>/...
    part = rest[1] if len(rest) > 1 else rest[0]
    return [part.startswith(stage) for stage in STAGES].index(True), name


def _hashes(archive: Path) -> dict[str, str]:
    """The SHA-256 of each result by its name."""
    contents = _read(archive)
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items() if _is_result(name)}


def _is_of_one_machine(name: str, contents: Mapping[str, bytes]) -> bool:
    if STAGES[_stage(name)[0]] in ("notes", "targets", "checkpoints"):
        return False
    return instructions_of(json.loads(contents[str(provenance_path(name))])) != "portable"


def _is_result(name: str) -> bool:
    return not name.endswith(VOUCHER)


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    return file.read() if file else b""


@cache
def _read(archive: Path) -> Mapping[str, bytes]:
    """All contents by name. Raises `FlatgiaError` if it is damaged, or holds what is no result of a run."""
    try:
        with tarfile.open(archive) as tar:
            contents = {member.name: _content(tar, member) for member in tar if member.isfile()}
            others = [member.name for member in tar if not member.isfile()]
        contents = {name: content for name, content in contents.items() if not name.startswith(LEFT_OUT)}
        results = [name for name in contents if _is_result(name)]
        whole = {*results, *(str(provenance_path(name)) for name in results)}
        outside = any(not name.startswith("results/") or ".." in Path(name).parts for name in contents)
        # Nothing but results and what vouches for them: a file among the scripts would be run.
        if others or outside or whole != contents.keys() or not results:
            raise ValueError("files that are no results")
        for name in results:
            voucher = json.loads(contents[str(provenance_path(name))])
            if hashlib.sha256(contents[name]).hexdigest() != voucher["sha256"]:
                raise ValueError("other content than its provenance names")
            _stage(name)
    except DAMAGE as error:
        raise FlatgiaError(archive, "no archive of a run, or damaged", "take it from git again") from error
    return contents
