"""The auxiliary images on which FedSAI trains beforehand: CIFAR-100, or the data set's own test images as a stand-in."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.cifar100 import load_cifar100
from flatgia.datasets.sources import BadFolder

LIKE_CIFAR10 = {"cifar10", "synthetic"}


def load_auxiliary(
    choice: str, data: Mapping[str, Tensor], folder: Path | None, scratch: Path, dataset: str = "cifar10"
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Images, labels and facts; `choice` is cifar100, cifar10-test, or auto (the first of the two to be had).

    Beside any other `dataset` than CIFAR-10 it is that one's test images: CIFAR-100's are of another size, or its own.
    """
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


def _part(tensors: Mapping[str, Tensor], part: str) -> dict[str, Tensor]:
    return {"images": tensors[f"{part}_images"], "labels": tensors[f"{part}_labels"]}
