"""L-BFGS's two-loop recursion for all candidates, in C++."""

import ctypes
from collections.abc import Sequence

import torch
from torch import Tensor

from flatgia.attacks.optimisers.two_loop import Direction, Pair, direction_by_solves, direction_from
from flatgia.gradients.native.library import load_library


def direction_for(compile: str, device: torch.device) -> Direction:
    """The recursion in C++ where `compile` is auto, the candidates are on the CPU and a compiler is found; else in PyTorch."""
    if device.type != "cpu":
        return direction_by_solves
    if compile != "auto":
        return direction_from
    # Looked for at the first step: an attack without L-BFGS asks for no compiler.
    return lambda *arguments: (direction_from if load_library() is None else two_loop)(*arguments)


def two_loop(gradient: Tensor, pairs: Sequence[Pair], scale: Tensor) -> Tensor:
    """- H g (N, D) as `direction_from`, and by it where the types are mixed. Raises `ValueError` where shapes differ."""
    if {tensor.dtype for tensor in (gradient, scale, *(pairs[-1] if pairs else ()))} != {gradient.dtype}:
        return direction_from(gradient, pairs, scale)
    gradient, scale = gradient.contiguous(), scale.contiguous()
    columns = [[tensor.contiguous() for tensor in column] for column in zip(*pairs, strict=True)] or [[], [], []]
    for column, like in zip(columns, (gradient, gradient, scale), strict=True):
        if any(tensor.shape != like.shape or tensor.dtype != gradient.dtype for tensor in (*column, like)):
            raise ValueError(f"two_loop: a history that does not fit {tuple(gradient.shape)} in {gradient.dtype}")
    out = torch.empty_like(gradient)
    call = getattr(load_library(), f"two_loop_{str(gradient.dtype).removeprefix('torch.')}")
    lists = [(ctypes.c_void_p * len(pairs))(*(tensor.data_ptr() for tensor in column)) for column in columns]
    call(*gradient.shape, len(pairs), _at(gradient), *lists, _at(scale), _at(out))
    return out


def _at(tensor: Tensor) -> ctypes.c_void_p:
    return ctypes.c_void_p(tensor.data_ptr())
