"""The metrics by the names that the config uses."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from torch import Tensor

from flatgia.core.artifacts import load_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.metrics.lpips import build_lpips, lpips
from flatgia.metrics.mse import mse
from flatgia.metrics.psnr import psnr
from flatgia.metrics.ssim import ssim

Metric = Callable[[Tensor, Tensor], Tensor]
PLAIN: dict[str, Metric] = {"psnr": psnr, "ssim": ssim, "mse": mse}
KNOWN = (*PLAIN, "lpips")


def metrics_named(names: Iterable[str], vgg: Path | None) -> dict[str, Metric]:
    """The metrics of those names, from images and truth (N, 3, H, W) in [0, 1] to (N,); `vgg` is for lpips alone."""
    return {name: _metric(name, vgg) for name in names}


def _metric(name: str, vgg: Path | None) -> Metric:
    if name not in KNOWN:
        raise FlatgiaError(f"metric {name}", "unknown", f"known: {', '.join(KNOWN)}")
    if name != "lpips":
        return PLAIN[name]
    if vgg is None:
        raise FlatgiaError("metric lpips", "needs the VGG16 weights", "pass --vgg, or take lpips out of `metrics`")
    return partial(lpips, build_lpips(load_tensors(vgg)[0]))
