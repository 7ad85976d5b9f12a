"""Structural similarity (Wang et al., 2004)."""

import numpy as np
import torch
from skimage.metrics import structural_similarity
from torch import Tensor

from flatgia.metrics.sides import check_side

WINDOW = 11


def ssim(images: Tensor, truth: Tensor) -> Tensor:
    """SSIM of each image, float64 (N,), at most 1: the paper's 11x11 Gaussian of sigma 1.5, mean over colours."""
    check_side("ssim", images, WINDOW)
    pairs = zip(images.double().numpy(), truth.double().numpy(), strict=True)
    return torch.tensor([_one(image, true) for image, true in pairs], dtype=torch.float64)


def _one(image: np.ndarray, true: np.ndarray) -> float:
    options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1.0}
    return float(structural_similarity(image, true, channel_axis=0, **options))
