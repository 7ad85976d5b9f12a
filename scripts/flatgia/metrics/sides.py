"""The least size of images that a metric can tell something of."""

from torch import Tensor

from flatgia.core.errors import FlatgiaError


def check_side(metric: str, images: Tensor, least: int) -> None:
    """Raises `FlatgiaError` if images (N, C, H, W) are smaller than `least` pixels a side."""
    if min(images.shape[2:]) < least:
        what = f"it needs {least} pixels a side, and the images have {images.shape[2]} x {images.shape[3]}"
        raise FlatgiaError(f"metric {metric}", what, "take it out of `metrics`")
