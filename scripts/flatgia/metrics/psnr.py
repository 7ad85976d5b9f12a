"""Peak signal-to-noise ratio."""

import torch
from torch import Tensor

from flatgia.metrics.mse import mse

LEAST = 1e-12  # an exact copy would be infinite


def psnr(images: Tensor, truth: Tensor) -> Tensor:
    """PSNR in dB of each image, data range 1, float64 (N,); at most 120 dB: an MSE under 1e-12 counts as 1e-12."""
    return -10 * torch.log10(mse(images, truth).clamp(min=LEAST))
