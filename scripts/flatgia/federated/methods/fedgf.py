"""FedGF (Lee & Yoon 2024): between the client's worst point and the server's."""

from dataclasses import dataclass

from flatgia.core.parameters import Fraction, Nonnegative
from flatgia.federated import tree
from flatgia.federated.methods.base import Method
from flatgia.federated.methods.fedsam import ascent
from flatgia.gradients.backend import GradientAt
from flatgia.networks.network import Params


@dataclass(frozen=True)
class FedGF(Method):
    """grad L(c theta~ + (1 - c)(w + delta)); FedSAM while there is no theta~, that is in round 0."""

    rho: Nonnegative
    """Radius of the client's ball (4.3)."""
    rho_server: Nonnegative
    """Radius of the server's; the paper names one radius, so ours is the same."""
    c: Fraction
    """Weight of the server's point (4.3). The official code adapts it; the paper fixes it."""

    def gradient(self, gradient_at: GradientAt, params: Params, broadcast: Params | None) -> Params:
        """The gradient at the interpolated point; `broadcast` is theta~."""
        point = tree.add(params, ascent(gradient_at(params), self.rho))
        if broadcast is not None and self.c > 0:
            point = {name: self.c * broadcast[name] + (1 - self.c) * point[name] for name in point}
        return gradient_at(point)

    def broadcast(self, before: Params, after: Params) -> Params | None:
        """theta~ = after + rho_server p / ||p||, with p = before - after, the server's pseudo-gradient."""
        return tree.add(after, ascent(tree.add(before, after, -1.0), self.rho_server))
