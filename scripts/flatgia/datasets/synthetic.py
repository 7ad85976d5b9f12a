"""A small set of images for tests and for trying the workflow without a network: same keys as CIFAR-10."""

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from flatgia.core.seeds import generator

CLASSES = 10
TRAIN, TEST = 600, 200


def load_synthetic(*_: object) -> tuple[dict[str, Tensor], str]:
    """600 training and 200 test images of 10 classes; each a smooth pattern of its class, varied, with some noise."""
    patterns = torch.rand(CLASSES, 3, 4, 4, generator=generator("synthetic", "patterns"))
    return _split(patterns, TRAIN, "train") | _split(patterns, TEST, "test"), "synthetic"


def _split(patterns: Tensor, count: int, part: str) -> dict[str, Tensor]:
    draws = generator("synthetic", part)
    labels = torch.arange(count) % CLASSES
    labels = labels[torch.randperm(count, generator=draws)]
    coarse = 0.7 * patterns[labels] + 0.3 * torch.rand(count, 3, 4, 4, generator=draws)
    smooth = interpolate(coarse, size=(32, 32), mode="bilinear", align_corners=False)
    noisy = smooth + 0.03 * torch.randn(count, 3, 32, 32, generator=draws)
    return {f"{part}_images": (noisy.clamp(0, 1) * 255).round().to(torch.uint8), f"{part}_labels": labels}
