"""From images in [0, 1] to what the network sees."""

import torch
from torch import Tensor

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.dataset import Dataset, dataset_named
from flatgia.settings.sections import Data


def statistics(data: Data, dataset: Dataset | None = None) -> tuple[Tensor, Tensor]:
    """Mean and deviation (C, 1, 1) of the chosen `data.inputs`: 0 and 1 for `raw`; `dataset` as `described` gives it."""
    dataset = dataset or dataset_named(data.dataset)
    channels = dataset.shape[0]
    if data.inputs == "normalised":
        pair = tuple(data.mean) or dataset.mean, tuple(data.std) or dataset.std
    else:
        pair = (0.0,) * channels, (1.0,) * channels
    for key, values in zip(("mean", "std"), pair, strict=True):
        if len(values) != channels:
            what = f"{len(values)} numbers for images of {channels} channels"
            raise FlatgiaError(f"config key data.{key}", what, "give one a channel")
    return torch.tensor(pair[0]).view(-1, 1, 1), torch.tensor(pair[1]).view(-1, 1, 1)


def to_inputs(images: Tensor, data: Data, dataset: Dataset | None = None) -> Tensor:
    """Images, uint8 or float in [0, 1], to model inputs, float32."""
    stored = images.dtype == torch.uint8
    scaled = images.float().div_(255) if stored else images
    mean, std = (value.to(scaled) for value in statistics(data, dataset))
    # In place where that is our own copy: all of CIFAR-10 takes 0.7 GB, and touching fresh memory is most of the time.
    return scaled.sub_(mean).div_(std) if stored else (scaled - mean) / std
