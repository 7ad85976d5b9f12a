"""A copy of a user's network, whose gradient can be differentiated once more."""

import copy

from torch import Tensor, nn
from torch.nn.functional import relu6

from flatgia.audit.probe import first_line
from flatgia.core.errors import FlatgiaError


class HardSigmoid(nn.Module):
    """As nn.Hardsigmoid, whose kernel has no second derivative."""

    def forward(self, x: Tensor) -> Tensor:
        return relu6(x + 3) / 6


def copied(network: nn.Module) -> nn.Module:
    """A copy. Raises `FlatgiaError` if there is none of such a network."""
    try:
        found = copy.deepcopy(network)
    except Exception as error:  # whatever a user's network holds
        what = f"the network cannot be copied ({first_line(error)})"
        raise FlatgiaError("--model", what, "hold no tensors but parameters and buffers in it") from None
    for module in list(found.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.Hardsigmoid):
                setattr(module, name, HardSigmoid())
    return found
