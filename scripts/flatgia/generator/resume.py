"""The file from which an interrupted training goes on; it is written beside the output and removed at the end."""

import sys
from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save
from torch import Tensor

from flatgia.core.artifacts import canonical, load_tensors, replacing
from flatgia.core.errors import FlatgiaError


def save_resume(path: Path | str, tensors: Mapping[str, Tensor], step: int, identity: str) -> None:
    """Writes the named tensors after `step` steps; `identity` tells which training they belong to."""
    ready = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with replacing(path) as temporary:
        # Not save_file, which hides a full disk in an error of its own.
        temporary.write_bytes(save(ready, metadata={"flatgia": canonical({"step": step, "identity": identity})}))


def load_resume(path: Path | str, identity: str) -> tuple[dict[str, Tensor], int] | None:
    """The tensors and the steps done; None if there is no file, or it is damaged or belongs to another training."""
    if not Path(path).is_file():
        return None
    try:
        tensors, facts = load_tensors(path)
    except FlatgiaError as error:
        print(f"{path}: {error.what}; starting over", file=sys.stderr, flush=True)
        return None
    return (tensors, facts["step"]) if facts.get("identity") == identity else None
