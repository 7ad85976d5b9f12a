"""FedXSAM: FedSAM with X-SAM's correction (arXiv 2601.10251) along the leading eigenvector of the mini-batch Hessian."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from flatgia.core.parameters import Count, Nonnegative
from flatgia.federated import tree
from flatgia.federated.methods.base import Method
from flatgia.federated.methods.fedsam import ascent
from flatgia.gradients.backend import GradientAt
from flatgia.gradients.power import power_iteration
from flatgia.networks.network import Params

LENGTH = 0.01  # of the move along v that a Hessian product is a difference of gradients over


@dataclass(frozen=True)
class FedXSAM(Method):
    """g_a - alpha (g_a.v) v, g_a = grad L(w + delta) as FedSAM's; alpha = 0 is FedSAM.

    Not of unit length, unlike X-SAM: the learning rate means what it does for the others. The projection is that for which
    the sign of v does not matter.
    """

    rho: Nonnegative
    """Radius of SAM's ball (4.3)."""
    alpha: Nonnegative
    """The share of the gradient's component along v that is taken away (X-SAM: 0.2)."""
    every: Count
    """Steps between two refreshes of v, within a client's local pass (X-SAM's code: 5)."""
    iterations: Count
    """Power iterations of a refresh (X-SAM: 5): from the gradient at the first step of a pass, later from the last v."""

    def gradient(self, gradient_at: GradientAt, params: Params, broadcast: Params | None) -> Params:
        """That of a first step, which is what a client shares and an attacker sees; one mini-batch serves all passes."""
        return self.step(gradient_at, params, None, True)[0]

    def for_pass(self) -> Method:
        """With a v that is carried from step to step."""
        return _Pass(self) if self.alpha else self

    def step(
        self, gradient_at: GradientAt, params: Params, vector: Tensor | None, refresh: bool
    ) -> tuple[Params, Tensor | None]:
        """The gradient, and v (P,), refreshed from `vector` if asked to."""
        plain = gradient_at(params)  # first: it moves running statistics
        perturbed = gradient_at(tree.add(params, ascent(plain, self.rho))) if self.rho else plain
        if not self.alpha:
            return perturbed, None
        if refresh:
            start = _flat(plain) if vector is None else vector
            vector = power_iteration(_product(gradient_at, params, plain), start, self.iterations)
        assert vector is not None  # the first step refreshes
        flat = _flat(perturbed)
        return _like(params, flat - self.alpha * (flat @ vector) * vector), vector


class _Pass(Method):
    """FedXSAM through one local pass."""

    def __init__(self, method: FedXSAM):
        self.method, self.steps = method, 0
        self.vector: Tensor | None = None

    def gradient(self, gradient_at: GradientAt, params: Params, broadcast: Params | None) -> Params:
        """Of the next step."""
        due = self.steps % self.method.every == 0
        found, self.vector = self.method.step(gradient_at, params, self.vector, due)
        self.steps += 1
        return found


def _product(gradient_at: GradientAt, params: Params, plain: Params) -> Callable[[Tensor], Tensor]:
    """H v by a forward difference: gradients are all that a client's backend, and an attacker's model of it, can take."""
    here = _flat(plain)

    def product(vector: Tensor) -> Tensor:
        moved = tree.add(params, _like(params, vector), LENGTH)
        return (_flat(gradient_at(moved)) - here) / LENGTH

    return product


def _flat(params: Params) -> Tensor:
    return torch.cat([value.reshape(-1) for value in params.values()])


def _like(params: Params, vector: Tensor) -> Params:
    pieces = vector.split([value.numel() for value in params.values()])
    return {name: piece.view(value.shape) for piece, (name, value) in zip(pieces, params.items(), strict=True)}
