"""Square roots that are the same on every processor.

PyTorch hands a square root to MKL, which under the portable instructions starts from the processor's own approximation, and
those of AMD and Intel differ. A reciprocal root is PyTorch's own, from operations that every processor rounds alike.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode


def root(x: Tensor) -> Tensor:
    """The square root of each entry, within one unit in the last place."""
    return x.rsqrt().reciprocal()


class PortableRoots(TorchFunctionMode):
    """Under it the code of others takes its square roots so, too."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """`root` in place of a square root, everything else as it is."""
        if func in (torch.sqrt, Tensor.sqrt):
            return root(args[0])
        return func(*args, **(kwargs or {}))
