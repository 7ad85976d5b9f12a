"""The moving average of the generator's weights, which is the generator that is kept."""

from collections.abc import Mapping

import torch
from torch import Tensor


@torch.no_grad()
def update_average(average: Mapping[str, Tensor], current: Mapping[str, Tensor], decay: float) -> None:
    """average <- decay * average + (1 - decay) * current, in place, name by name."""
    for name, tensor in average.items():
        tensor.lerp_(current[name], 1 - decay)
