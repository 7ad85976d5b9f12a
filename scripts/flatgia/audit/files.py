"""One reader for what a file of tensors may look like: safetensors, torch.save or npz; by name, in order, or wrapped."""

import argparse
import io
import pickle
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy._core.multiarray import _reconstruct, scalar
from torch import Tensor

from flatgia.core import artifacts
from flatgia.core.errors import FlatgiaError

REMEDY = "save the tensors alone, with torch.save(model.state_dict(), path), safetensors or numpy.savez"
DEPTH = 3  # of wrappings that are looked into
# What training scripts keep beside the weights, and whose unpickling runs no code of the file's.
HARMLESS: list[Any] = [
    argparse.Namespace,
    scalar,
    _reconstruct,
    np.ndarray,
    np.dtype,
    *{type(np.dtype(kind)) for kind in "?bhilqBHILQefd"},
]


class Bundle(NamedTuple):
    """Tensors that belong together, by name or in order; `None` stands where an ordered list has none."""

    tensors: dict[str, Tensor] | list[Tensor | None]
    key: str  # under which the file holds them; empty at its top


class Contents(NamedTuple):
    """All that a file may be taken to hold, the outermost first, and the facts of one of our own artifacts."""

    bundles: list[Bundle]
    facts: dict[str, Any]


def read_file(path: Path | str) -> Contents:
    """Reads a file by its content, whatever its name; runs nothing of it. Raises `FlatgiaError` if it holds no tensors."""
    artifacts.check(path)
    content = Path(path).read_bytes()
    facts: dict[str, Any] = {}
    if content[8:9] == b"{" and not content.startswith(b"PK"):
        value, facts = artifacts.load_tensors(path, REMEDY)
        value = dict(value)
    elif content.startswith((b"PK", b"\x93NUMPY")) and not _is_torch(content):
        value = _read_numpy(path, content)
    elif content.startswith((b"PK", b"\x80")):
        value = _read_torch(path, content)
    else:
        raise FlatgiaError(path, "neither safetensors nor a file of torch.save or numpy.savez", REMEDY)
    bundles = list(_bundles(value, "", DEPTH))
    if not bundles:
        raise FlatgiaError(path, f"it holds no tensors, but {_kind(value)}", REMEDY)
    return Contents(bundles, dict(facts))


def _is_torch(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            return any(name.endswith("data.pkl") for name in file.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return True  # torch's words for a damaged file


def _read_torch(path: Path | str, content: bytes) -> Any:
    try:
        with torch.serialization.safe_globals(HARMLESS), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pickles that it then refuses
            return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:  # a strange file fails in many ways: OSError, IndexError, AssertionError ...
        names = re.findall(r"GLOBAL ([\w.]+)", str(error)) if isinstance(error, pickle.UnpicklingError) else []
        what = f"it holds more than tensors ({names[0]})" if names else "not a whole file of torch.save"
        raise FlatgiaError(path, f"{what}; nothing in it was run", REMEDY) from None


def _read_numpy(path: Path | str, content: bytes) -> Any:
    try:
        found = np.load(io.BytesIO(content), allow_pickle=False)
        if isinstance(found, np.ndarray):
            return found
        arrays = {name: found[name] for name in found.files}
    except Exception as error:  # as above; an array of objects would be a pickle
        what = "an array of objects" if "allow_pickle" in str(error) else "not a whole file of numpy"
        raise FlatgiaError(path, f"{what}; nothing in it was run", "save each tensor as an array of its own") from None
    numbered = {name: re.fullmatch(r"arr_(\d+)", name) for name in arrays}
    if all(numbered.values()):
        return [arrays[name] for name in sorted(arrays, key=lambda name: int(name.removeprefix("arr_")))]
    return arrays


def _bundles(value: Any, key: str, depth: int) -> Iterator[Bundle]:
    """What `value` itself is, then what it wraps."""
    if isinstance(value, Mapping) and len(value) and all(isinstance(name, int) for name in value):
        value = [value[name] for name in sorted(value)]
    if _is_tensor(value):
        yield Bundle([_tensor(value)], key)
    elif isinstance(value, Mapping):
        own = {str(name): _tensor(item) for name, item in value.items() if _is_tensor(item)}
        if own:
            yield Bundle(own, key)
        if depth:
            for name, item in value.items():
                if not _is_tensor(item):
                    yield from _bundles(item, f"{key}.{name}" if key else str(name), depth - 1)
    elif isinstance(value, list | tuple) and len(value):
        pairs = all(isinstance(item, list | tuple) and len(item) == 2 and isinstance(item[0], str) for item in value)
        if pairs:
            yield from _bundles(dict(value), key, depth)
        elif all(item is None or _is_tensor(item) for item in value):
            yield Bundle([None if item is None else _tensor(item) for item in value], key)
        elif depth:
            for place, item in enumerate(value):
                yield from _bundles(item, f"{key}[{place}]", depth - 1)


def _is_tensor(value: Any) -> bool:
    return isinstance(value, Tensor) or (isinstance(value, np.ndarray) and value.dtype.kind in "fiubc")


def _tensor(value: Any) -> Tensor:
    tensor = value.detach() if isinstance(value, Tensor) else torch.from_numpy(np.array(value))
    return tensor.to_dense() if tensor.layout != torch.strided else tensor


def _kind(value: Any) -> str:
    names = [str(name) for name in value][:4] if isinstance(value, Mapping) else []
    return f"{type(value).__name__} of {', '.join(names)}" if names else f"a {type(value).__name__}"
