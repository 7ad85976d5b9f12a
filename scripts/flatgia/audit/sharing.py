"""What a client does before it shares: a method's gradient, over several steps, clipped or scaled."""

from dataclasses import dataclass

from flatgia.federated import tree
from flatgia.federated.methods.base import Method
from flatgia.gradients.backend import GradientAt
from flatgia.networks.network import Params

LEAST = 1e-30  # keeps the direction of nothing defined


@dataclass(frozen=True)
class Sharing(Method):
    """The mean gradient over `steps` of SGD on the same images at `learning_rate`; of norm 1 where its scale is unknown."""

    method: Method | None = None  # None: the plain gradient
    steps: int = 1
    learning_rate: float = 0.0
    scaled: bool = False

    def gradient(self, gradient_at: GradientAt, params: Params, broadcast: Params | None) -> Params:
        """What the weights lose, over steps and learning rate."""
        at, total = params, None
        for _ in range(self.steps):
            one = self.method.gradient(gradient_at, at, broadcast) if self.method else gradient_at(at)
            total = one if total is None else tree.add(total, one)
            at = tree.add(at, one, -self.learning_rate)
        assert total is not None
        mean = total if self.steps == 1 else {name: value / self.steps for name, value in total.items()}
        return direction(mean) if self.scaled else mean


def direction(gradient: Params) -> Params:
    """The gradient at norm 1."""
    norm = tree.norm(gradient).clamp(min=LEAST)
    return {name: value / norm for name, value in gradient.items()}
