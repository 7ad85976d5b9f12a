"""The C++ beside this file as a shared library, compiled where it is first used and kept in the user's cache."""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import torch

from flatgia.core.instructions import are_portable

SOURCES = sorted(path for path in Path(__file__).parent.iterdir() if path.suffix in (".cpp", ".h"))
MAINS = [path for path in SOURCES if path.suffix == ".cpp"]
FLAGS = ("-O3", "-fno-math-errno", "-ffp-contract=off", "-std=c++17", "-shared", "-fPIC", "-Wno-psabi")
# As PyTorch chooses its own kernels, so that a machine that runs those runs these.
INSTRUCTIONS = {
    "AVX512": ("-mavx512f", "-mavx512dq", "-mavx512vl", "-mavx512bw", "-mavx2", "-mfma"),
    "AVX2": ("-mavx2", "-mfma"),
}


def load_library(half: bool = False) -> ctypes.CDLL | None:
    """The library, or the one with half as many lanes; None, with a word to the user, where no compiler makes it."""
    return _load(half)


@cache
def _load(half: bool) -> ctypes.CDLL | None:
    compiler = next(filter(None, map(shutil.which, ("c++", "g++", "clang++"))), None)
    if compiler is None:
        _explain("no C++ compiler found")
        return None
    try:
        path = compiled(compiler, capability(), half)
        try:
            return ctypes.CDLL(str(path))
        except OSError:  # cut short, or damaged
            path.unlink()
            return ctypes.CDLL(str(compiled(compiler, capability(), half)))
    except subprocess.CalledProcessError as error:
        said = (error.stderr or "").strip() or str(error)
        _explain(f"{compiler} does not compile its kernels ({said.splitlines()[0]})")
    except OSError as error:
        _explain(f"what {compiler} compiled cannot be used ({error})")
    return None


def capability() -> str:
    """What the processor can, as PyTorch names it: AVX512, AVX2, or another for which there are no flags."""
    held = torch.backends.cpu.get_cpu_capability()
    # These kernels give the same bytes with either, so what holds PyTorch to AVX2 need not hold them.
    return "AVX512" if held == "AVX2" and are_portable() and torch.cpu._is_avx512_supported() else held


def _explain(reason: str) -> None:
    print(f"{reason}: what has C++ of ours runs in PyTorch alone, which is slower", file=sys.stderr, flush=True)


def compiled(compiler: str, capability: str, half: bool = False) -> Path:
    """The library for a processor of this capability, as PyTorch names it; `CalledProcessError` if it does not compile."""
    flags = [*FLAGS, *INSTRUCTIONS.get(capability, ()), *(["-DHALF"] if half else [])]
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout
    parts = [version.encode(), " ".join(flags).encode(), *(path.read_bytes() for path in SOURCES)]
    library = _folder() / f"lanes-{hashlib.sha256(b''.join(parts)).hexdigest()[:16]}.so"
    if not library.is_file():
        # Under a name of its own first: jobs that start together compile it each, and one of them is kept.
        with tempfile.TemporaryDirectory(dir=library.parent) as folder:
            made = Path(folder) / library.name
            command = [compiler, *flags, *map(str, MAINS), "-o", str(made)]
            subprocess.run(command, capture_output=True, text=True, check=True)
            made.replace(library)
    return library


def _folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "flatgia"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="flatgia"))  # a home that cannot be written to: compiled in every job
