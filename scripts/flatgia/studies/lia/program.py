"""What a client runs between two messages: the same steps on its images, and on a server's model of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flatgia.federated import tree
from flatgia.federated.client import sgd_step
from flatgia.federated.methods.base import Method
from flatgia.gradients.backend import GradientAt
from flatgia.networks.network import Params


@dataclass(frozen=True)
class Program:
    """`steps` of SGD by a method's gradients; what is shared is (w_0 - w_T) / learning rate, one gradient after one step."""

    method: Method
    steps: int
    learning_rate: float

    def shared(self, params: Params, gradients: Sequence[GradientAt]) -> Params:
        """The sum of the gradients along the way, the s-th from the s-th mini-batch."""
        total: Params | None = None
        for gradient_at in gradients:
            gradient = self.method.gradient(gradient_at, params, None)
            params = sgd_step(params, gradient, self.learning_rate, 0.0)
            total = gradient if total is None else tree.add(total, gradient)
        assert total is not None
        return total
