"""The auxiliary images on which FedSAI trains beforehand: CIFAR-100, or the CIFAR-10 test images as a stand-in."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.cifar100 import load_cifar100
from flatgia.datasets.sources import BadFolder


def load_auxiliary(
    choice: str, data: Mapping[str, Tensor], folder: Path | None, scratch: Path
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Images, labels and facts; `choice` is cifar100, cifar10-test, or auto (the first of the two to be had)."""
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
