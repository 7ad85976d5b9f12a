"""Total variation of many images and its gradient at once, in C++."""

import ctypes

import torch
from torch import Tensor

from flatgia.gradients.native.library import load_library


def variation(inputs: Tensor, edge: float) -> tuple[Tensor, Tensor]:
    """Inputs (N, ..., H, W), float32 or float64 on the CPU, to the total variation of each (N,) and its gradient.

    As `total_variation` of flatgia.gradients.objectives, or `smooth_variation` where `edge` is above 0. H and W are above 1.
    """
    inputs = inputs.contiguous()
    costs, gradients = inputs.new_empty(len(inputs)), torch.empty_like(inputs)
    height, width = inputs.shape[-2:]
    planes = inputs[0].numel() // (height * width)
    call = getattr(load_library(), f"variation_{str(inputs.dtype).removeprefix('torch.')}")
    arrays = [ctypes.c_void_p(tensor.data_ptr()) for tensor in (inputs, costs, gradients)]
    call(len(inputs), planes, height, width, ctypes.c_double(edge), *arrays)
    return costs, gradients
