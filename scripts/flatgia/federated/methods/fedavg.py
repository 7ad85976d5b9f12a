"""FedAvg (McMahan et al. 2017): the plain gradient."""

from dataclasses import dataclass

from flatgia.federated.methods.base import Method
from flatgia.gradients.backend import GradientAt
from flatgia.networks.network import Params


@dataclass(frozen=True)
class FedAvg(Method):
    """grad L(w)."""

    def gradient(self, gradient_at: GradientAt, params: Params, broadcast: Params | None) -> Params:
        """grad L(w)."""
        return gradient_at(params)
