"""From images in [0, 1] to what the network sees."""

import torch
from torch import Tensor

from flatgia.settings.sections import Data

# Mean and deviation of CIFAR-10's training images, per channel, as the field rounds them.
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)


def statistics(data: Data) -> tuple[Tensor, Tensor]:
    """Mean and deviation (C, 1, 1), or (1, 1, 1) for all channels: those given, else those of `data.inputs`."""
    usual = (MEAN, STD) if data.inputs == "normalised" else ((0.0,) * 3, (1.0,) * 3)
    mean, std = (data.mean, data.std) if data.mean else usual
    return torch.tensor(mean).view(-1, 1, 1), torch.tensor(std).view(-1, 1, 1)


def to_inputs(images: Tensor, data: Data) -> Tensor:
    """Images, uint8 or float in [0, 1], to model inputs, float32."""
    stored = images.dtype == torch.uint8
    scaled = images.float().div_(255) if stored else images
    mean, std = (value.to(scaled) for value in statistics(data))
    # In place where that is our own copy: all of CIFAR-10 takes 0.7 GB, and touching fresh memory is most of the time.
    return scaled.sub_(mean).div_(std) if stored else (scaled - mean) / std
