"""The auxiliary images on which FedSAI trains beforehand: CIFAR-100, the data set's own test images as a stand-in, or MNIST."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor
from torch.nn.functional import pad

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.cifar100 import load_cifar100
from flatgia.datasets.mnist import load_mnist
from flatgia.datasets.sources import BadFolder

LIKE_CIFAR10 = {"cifar10", "synthetic"}


def load_auxiliary(
    choice: str, data: Mapping[str, Tensor], folder: Path | None, scratch: Path, dataset: str = "cifar10"
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Images, labels and facts; `choice` is cifar100, cifar10-test, auto (the first of the two to be had), or mnist.

    Beside any other `dataset` than CIFAR-10 it is that one's test images: CIFAR-100's are of another size, or its own.
    """
    if choice == "mnist":
        found, _ = load_mnist(folder, scratch)
        images = like(found["train_images"], data["train_images"])
        return {"images": images, "labels": found["train_labels"]}, {
            "source": "mnist",
            "classes": 10,
            "stand_in": False,
        }
    if dataset not in LIKE_CIFAR10:
        if choice != "auto":
            what = f"{choice} serves beside CIFAR-10 only, and the images are {dataset}"
            raise FlatgiaError("config key data.auxiliary", what, "set it to auto: the test images then stand in")
        classes = int(data["test_labels"].max()) + 1
        return _part(data, "test"), {"source": f"{dataset}-test", "classes": classes, "stand_in": True}
    if choice != "cifar10-test":
        try:
            found = load_cifar100(folder, scratch)
        except BadFolder:
            raise
        except FlatgiaError as error:
            if choice != "auto":
                raise
            print(f"{error} The CIFAR-10 test images stand in for it.", file=sys.stderr, flush=True)
        else:
            return _part(found, "train"), {"source": "cifar100", "classes": 100, "stand_in": False}
    return _part(data, "test"), {"source": "cifar10-test", "classes": 10, "stand_in": True}


def like(images: Tensor, others: Tensor) -> Tensor:
    """Grey images uint8 (N, 1, h, w) in the shape of `others` (M, C, H, W): framed in black, the same in every channel."""
    channels, *size = others.shape[1:]
    frames = [side - own for side, own in zip(size, images.shape[2:], strict=True)]
    if min(frames) < 0:
        what = f"its images of {images.shape[2]} x {images.shape[3]} pixels do not fit into {size[0]} x {size[1]}"
        raise FlatgiaError("auxiliary: mnist", what, "take other auxiliary images")
    (top, left) = (frame // 2 for frame in frames)
    framed = pad(images, (left, frames[1] - left, top, frames[0] - top))
    return framed.expand(-1, channels, -1, -1).contiguous()


def _part(tensors: Mapping[str, Tensor], part: str) -> dict[str, Tensor]:
    return {"images": tensors[f"{part}_images"], "labels": tensors[f"{part}_labels"]}
