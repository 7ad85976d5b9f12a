"""A network as a pure function of its state, in eval mode, in train mode, or with the statistics of its batch."""

import copy

from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.modules.batchnorm import _NormBase

from flatgia.core.errors import FlatgiaError
from flatgia.networks.network import State

ONE_VALUE = "Expected more than 1 value per channel"  # as PyTorch has it


def logits(network: nn.Module, state: State, inputs: Tensor) -> Tensor:
    """What the network gives for inputs (B, ...), by operations that can be differentiated twice."""
    try:
        with sdpa_kernel(SDPBackend.MATH):  # fused attention lacks a second derivative
            return functional_call(network, state | _again(network, state), (inputs,), tie_weights=False)
    except ValueError as error:
        if ONE_VALUE not in str(error):
            raise
        what = "batch norm over a single value has no statistics"
        raise FlatgiaError(type(network).__name__, what, "take more images a batch, or group norm") from None


def _again(network: nn.Module, state: State) -> State:
    """What stands under the other names of tied parameters.

    `functional_call` ties by itself, but leaves a module that has two names with the values that it was called with.
    """
    first: dict[int, str] = {}
    found = {}
    for path, module in network.named_modules():  # each module once
        for key, value in module._parameters.items():
            name = f"{path}.{key}" if path else key
            if value is not None and first.setdefault(id(value), name) != name and first[id(value)] in state:
                found[name] = state[first[id(value)]]
    return found


def in_training(network: nn.Module) -> nn.Module:
    """A copy in train mode."""
    return copy.deepcopy(network).train()


def with_batch_statistics(network: nn.Module) -> nn.Module:
    """A copy in eval mode whose norms take the statistics of the batch, and keep none."""
    copied = copy.deepcopy(network)
    for module in copied.modules():
        if isinstance(module, _NormBase) and module.track_running_stats:
            module.track_running_stats = False
            module.running_mean = module.running_var = module.num_batches_tracked = None
    return copied
