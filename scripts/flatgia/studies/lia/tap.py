"""Where a network can be fished: a batch norm whose output alone decides what enters the last linear layer."""

import copy
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from flatgia.core.errors import FlatgiaError
from flatgia.networks.forward import with_batch_statistics
from flatgia.networks.network import State, split_state

REMEDY = "name a network that has one, as SmallVGG"


class Tap(NamedTuple):
    """The names of the norm and of the linear layer behind it; the norm's channels are what can be set."""

    norm: str
    head: str
    channels: int


def find_tap(network: nn.Module, inputs: Tensor) -> Tap:
    """The last linear layer, which gives the logits, and the last batch norm before it, by running inputs (B, ...).

    Raises `FlatgiaError` if the network has no such pair.
    """
    kind, copied, order = type(network).__name__, copy.deepcopy(network).eval(), []
    last: dict[str, Tensor] = {}

    def note(name: str):  # type: ignore[no-untyped-def]
        def hook(module: nn.Module, given: object, output: Tensor) -> None:
            order.append(name)
            last[name] = output

        return hook

    for name, module in copied.named_modules():
        if isinstance(module, nn.Linear | _BatchNorm):
            module.register_forward_hook(note(name))
    with torch.no_grad():
        found = copied(inputs)
    linear = [name for name in order if isinstance(network.get_submodule(name), nn.Linear)]
    if not linear or not torch.equal(last[linear[-1]], found) or network.get_submodule(linear[-1]).bias is None:
        raise FlatgiaError("lia", f"{kind} does not end in a linear layer with a bias", REMEDY)
    before = order[: order.index(linear[-1])]
    norms = [name for name in before if isinstance(network.get_submodule(name), _BatchNorm)]
    if not norms or not network.get_submodule(norms[-1]).affine:
        raise FlatgiaError("lia", f"{kind} has no batch norm with weights before its last linear layer", REMEDY)
    norm = network.get_submodule(norms[-1])
    assert isinstance(norm, _BatchNorm)
    return Tap(norms[-1], linear[-1], norm.num_features)


class Readout:
    """What a network makes of its norm's output: the embedding that enters the last layer where each channel is a constant.

    `images` (M, ...) are the server's own: they matter only where a shortcut passes the norm.
    """

    def __init__(self, network: nn.Module, state: State, tap: Tap, images: Tensor, nodes: int = 1):
        self.tap, self.state, self.images = tap, state, images
        self.network = with_batch_statistics(network)
        # E over a standard normal z by Gauss-Hermite: through a ReLU a channel's mean is not that of beta alone.
        points, weights = hermite(nodes)
        self._points, self._weights = points.to(images), weights.to(images)
        self._point = self._points[0]
        self._seen: Tensor | None = None
        self.network.get_submodule(tap.norm).register_forward_hook(self._replace)
        self.network.get_submodule(tap.head).register_forward_pre_hook(self._note)

    def _replace(self, module: nn.Module, given: tuple[Tensor, ...], output: Tensor) -> Tensor:
        assert isinstance(module.bias, Tensor) and isinstance(module.weight, Tensor)
        constant = module.bias + module.weight * self._point
        return constant.view(1, -1, *[1] * (output.dim() - 2)).expand_as(output)

    def _note(self, module: nn.Module, given: tuple[Tensor, ...]) -> None:
        self._seen = given[0]

    def each(self, gamma: Tensor, beta: Tensor) -> Tensor:
        """(M, d): one for each of the server's images."""
        params = {f"{self.tap.norm}.weight": gamma, f"{self.tap.norm}.bias": beta}
        total: Tensor | float = 0.0
        for point, weight in zip(self._points, self._weights, strict=True):
            self._point = point
            torch.func.functional_call(self.network, self._fixed | params, (self.images,))
            assert self._seen is not None
            total, self._seen = total + weight * self._seen, None
        assert isinstance(total, Tensor)
        return total

    def embedding(self, gamma: Tensor, beta: Tensor) -> Tensor:
        """(d,): their mean."""
        return self.each(gamma, beta).mean(0)

    @property
    def _fixed(self) -> State:
        return split_state(self.network, self.state)[0]

    def leak(self, beta: Tensor) -> float:
        """How far the images move the embedding past the norm, root mean square over its entries; 0 without a shortcut."""
        found = self.each(torch.zeros_like(beta), beta)
        return float(found.var(0, unbiased=False).mean().sqrt())


def hermite(nodes: int) -> tuple[Tensor, Tensor]:
    """Points and weights of the mean over a standard normal variable."""
    import numpy as np

    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    return torch.from_numpy(points), torch.from_numpy(weights / weights.sum())
