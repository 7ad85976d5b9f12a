"""Artifacts: written whole or not at all, each with a JSON beside it that says what made it."""

import contextlib
import hashlib
import json
import os
import platform
import resource
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flatgia.core.errors import FlatgiaError
from flatgia.core.gpu import gpu_facts
from flatgia.core.instructions import are_portable

if TYPE_CHECKING:
    from torch import Tensor

LIBRARIES = ("torch", "numpy", "scipy", "scikit-image", "lpips", "matplotlib", "safetensors", "snakemake")
REMEDY = "delete it and run the same command again"
SAFETENSORS = "give a .safetensors"


def sha256(path: Path | str) -> str:
    """The SHA-256 of a file, in hex; read once in a process as long as the file stays as it is."""
    stat = Path(path).stat()
    return _sha256(str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino)


@cache
def _sha256(path: str, *_: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def canonical(value: Any) -> str:
    """JSON with sorted keys and no blanks: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


@contextlib.contextmanager
def replacing(path: Path | str) -> Iterator[Path]:
    """Yields a temporary name in the same folder; renames it to `path` on success, removes it on failure."""
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise FlatgiaError(path.parent, "a file stands where a folder is needed", "choose another --out") from None
    _sweep(path)
    temporary = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())  # some libraries write for the owner alone
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Removes what killed processes left of `path`: a SIGKILL leaves no time to clean up."""
    for left in path.parent.iterdir():
        pid = left.name.removeprefix(".").removesuffix(f".{path.name}")
        ours = left.name == f".{pid}.{path.name}" and pid.isascii() and pid.isdecimal()
        if ours and not _alive(int(pid)):
            left.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # another user's; no process number
        pass
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def remedy(path: Path | str, give: str) -> str:
    """What mends a file of the wrong kind: to `give` another; to delete it only where it is one of ours."""
    return f"{give}, or {REMEDY}" if provenance_path(path).is_file() else give


class Missing(FlatgiaError, KeyError):
    """A name that a file does not hold; also a `KeyError`, for a reader who can say more."""

    __str__ = Exception.__str__


class Contents(dict):
    """What a file holds, by name; to ask for what it lacks is a mistake about the file, not a bug."""

    def __init__(self, path: Path | str, found: Mapping[str, Any]):
        super().__init__(found)
        self.path = path

    def __missing__(self, name: str) -> Any:
        raise Missing(self.path, f"it holds no {name}", remedy(self.path, "give the right file"))


class Provenance:
    """What makes an artifact: stage, parameters, seed, inputs, kernels; it starts the clock when it is made."""

    def __init__(
        self,
        stage: str,
        parameters: Mapping[str, Any],
        inputs: Iterable[Path | str] = (),
        seed: int | None = None,
        device: str = "cpu",
        kernels: str = "PyTorch",
    ):
        self.begin = time.monotonic()
        self.facts: dict[str, Any] = {
            "stage": stage,
            "parameters": dict(parameters),
            "seed": seed,
            "device": device,
            "kernels": kernels,
            "inputs": {str(path): _checked(path) for path in inputs},
        }

    def describe(self, digest: str) -> dict[str, Any]:
        """The provenance of an artifact whose SHA-256 is `digest`."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
        return self.facts | {
            "sha256": digest,
            "versions": {"python": platform.python_version()} | _versions(),
            "machine": platform.machine(),
            # Of what is computed; a command that only draws chooses no instructions.
            **({"instructions": "portable" if are_portable() else "native"} if "torch" in sys.modules else {}),
            "seconds": round(time.monotonic() - self.begin, 3),
            "peak_memory_mib": round(peak / (1024 if sys.platform == "darwin" else 1), 1),
            **(gpu_facts() if self.facts["device"].startswith("cuda") else {}),
        }


def _checked(path: Path | str) -> str:
    check(path)
    return sha256(path)


@cache
def _versions() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def provenance_path(path: Path | str) -> Path:
    """Where the provenance of an artifact lies: beside it."""
    return Path(f"{path}.provenance.json")


@contextlib.contextmanager
def artifact(path: Path | str, record: Provenance) -> Iterator[Path]:
    """Yields a temporary name to write to; then writes the provenance and, last, renames the artifact into place."""
    with replacing(path) as temporary:
        yield temporary
        text = json.dumps(record.describe(sha256(temporary)), indent=1, sort_keys=True) + "\n"
        with replacing(provenance_path(path)) as beside:
            beside.write_text(text)


def save_tensors(
    path: Path | str, tensors: Mapping[str, "Tensor"], facts: Mapping[str, Any], record: Provenance
) -> None:
    """Writes named tensors and plain `facts` (accuracy, labels ...) as safetensors."""
    from safetensors.torch import save

    # One metadata key: the library does not promise an order for several.
    ready = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with artifact(path, record) as temporary:
        # Not save_file: it hides a full disk in an error of its own, and a killed one leaves a temporary file behind.
        temporary.write_bytes(save(ready, metadata={"flatgia": canonical(dict(facts))}))


def load_tensors(path: Path | str, give: str = SAFETENSORS) -> tuple[dict[str, "Tensor"], dict[str, Any]]:
    """Reads what `save_tensors` wrote: tensors and facts. Raises `FlatgiaError`, which says what to `give`, if it is none."""
    return _load(path, "pt", give)


def load_arrays(path: Path | str) -> tuple[dict[str, Any], dict[str, Any]]:
    """As `load_tensors`, but numpy arrays, and without importing torch."""
    return _load(path, "numpy", SAFETENSORS)


def _load(path: Path | str, framework: str, give: str) -> tuple[dict[str, Any], dict[str, Any]]:
    from safetensors import SafetensorError, safe_open

    check(path)
    try:
        with safe_open(str(path), framework=framework) as file:
            facts = json.loads((file.metadata() or {}).get("flatgia", "{}"))
            found = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return Contents(path, found), Contents(path, facts)
    except (SafetensorError, ValueError, TypeError) as error:
        raise FlatgiaError(path, f"not a whole safetensors file ({error})", remedy(path, give)) from None


def load_facts(path: Path | str) -> dict[str, Any]:
    """The facts of what `save_tensors` wrote, without torch and the tensors. Raises `FlatgiaError` if damaged."""
    check(path)
    try:
        with open(path, "rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
            ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__"]
            if file.tell() + max(ends, default=0) != Path(path).stat().st_size:
                raise ValueError("cut off")
        return Contents(path, json.loads(header.get("__metadata__", {}).get("flatgia", "{}")))
    except (ValueError, AttributeError, KeyError, TypeError, OverflowError, MemoryError) as error:
        raise FlatgiaError(path, f"not a whole safetensors file ({error})", remedy(path, SAFETENSORS)) from None


def save_json(path: Path | str, value: Any, record: Provenance) -> None:
    """Writes plain values as JSON, keys sorted."""
    with artifact(path, record) as temporary:
        temporary.write_text(json.dumps(value, indent=1, sort_keys=True, allow_nan=False) + "\n")


def load_json(path: Path | str) -> Any:
    """Reads what `save_json` wrote. Raises `FlatgiaError` if missing or damaged."""
    check(path)
    try:
        found = json.loads(Path(path).read_text())
        return Contents(path, found) if isinstance(found, dict) else found
    except ValueError as error:
        raise FlatgiaError(path, f"not a whole JSON file ({error})", remedy(path, "give a .json")) from None


def check(path: Path | str) -> None:
    """Raises `FlatgiaError` if the file is missing, or differs from the SHA-256 in its provenance."""
    if not Path(path).is_file():
        raise FlatgiaError(path, "no such file", "check the path, or run the step that makes it")
    beside = provenance_path(path)
    if beside.is_file():
        try:
            expected = json.loads(beside.read_text())["sha256"]
        except (ValueError, KeyError, TypeError):
            raise FlatgiaError(beside, "the provenance is damaged", f"delete it and {path}, and run again") from None
        if sha256(path) != expected:
            raise FlatgiaError(path, "damaged: its SHA-256 is not the one its provenance names", REMEDY)
