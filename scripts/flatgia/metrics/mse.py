"""Mean squared error."""

from torch import Tensor


def mse(images: Tensor, truth: Tensor) -> Tensor:
    """Mean squared error of each image, float64 (N,); both (N, 3, H, W) in [0, 1]."""
    return (images.double() - truth.double()).square().flatten(1).mean(1)
