"""The one place that imports torchvision, so that a torchvision without its compiled operators serves as well."""

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import TypeVar

import torch

T = TypeVar("T")

# torchvision is only published as a build with compiled operators for CUDA. Beside a CPU build of torch these
# cannot load, and the import stops because torchvision registers shapes for two operators that nobody declared.
# Nothing here uses either, so their bare schemas are enough. The names and signatures are torchvision's own.
OPERATORS = {
    "torchvision::nms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "torchvision::qnms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}


def import_torchvision() -> ModuleType:
    """The torchvision module; where its compiled operators cannot load, with two of them declared but empty."""
    return with_torchvision(lambda: importlib.import_module("torchvision"))


def with_torchvision(work: Callable[[], T]) -> T:
    """What `work` returns, which may import torchvision; where its operators cannot load, with two declared but empty."""
    try:
        return work()
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
    for name, schema in OPERATORS.items():
        torch.library.define(name, schema)
    return work()


def import_lpips() -> ModuleType:
    """The lpips module, which imports torchvision by itself."""
    import_torchvision()
    return importlib.import_module("lpips")
