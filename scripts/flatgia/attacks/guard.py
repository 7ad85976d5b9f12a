"""The one guard before every attack: a gradient that holds no image is refused, wherever it comes from."""

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from flatgia.core.errors import FlatgiaError

EMPTY = "all zeros, so it tells nothing of an image"


def check_gradient(gradient: Mapping[str, Tensor], where: Path | str, empty: str = EMPTY) -> None:
    """Raises `FlatgiaError` if a tensor holds no real numbers, NaN or infinity, or if all are zero."""
    for name, tensor in gradient.items():
        if not tensor.is_floating_point():
            raise FlatgiaError(
                where, f"{name} is {tensor.dtype}, not floating point", "share the gradient as it is taken"
            )
        if not tensor.isfinite().all():
            raise FlatgiaError(where, f"{name} holds NaN or infinity", "share the gradient again")
    if not any(tensor.any() for tensor in gradient.values()):
        raise FlatgiaError(where, empty, "share the gradient of an image")
