"""The file from which an interrupted training goes on; it is written beside the output and removed at the end."""

from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save_file
from torch import Tensor

from flatgia.artifacts import canonical, load_tensors, replacing


def save_resume(path: Path | str, tensors: Mapping[str, Tensor], step: int, identity: str) -> None:
    """Writes the named tensors after `step` steps; `identity` tells which training they belong to."""
    ready = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with replacing(path) as temporary:
        save_file(ready, temporary, metadata={"flatgia": canonical({"step": step, "identity": identity})})


def load_resume(path: Path | str, identity: str) -> tuple[dict[str, Tensor], int] | None:
    """The tensors and the steps done; nothing if there is no file or it belongs to another training."""
    if not Path(path).is_file():
        return None
    tensors, facts = load_tensors(path)
    return (tensors, facts["step"]) if facts.get("identity") == identity else None
