"""What an optimiser is: from the loss of a mini-batch and the weights to the direction of the step."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Protocol

from torch import Tensor

Memory = dict[str, Tensor]  # what an optimiser carries from step to step; saved and restored with the weights


class Loss(Protocol):
    """A loss of weights (P,): its gradient, and its Hessian as a product (P,) -> float64 (P,)."""

    @property
    def weight_entries(self) -> Tensor:
        """Which of the P entries are weights (true), not biases."""

    def gradient(self, weights: Tensor) -> Tensor:
        """(P,)."""

    def hessian(self, weights: Tensor) -> Callable[[Tensor], Tensor]:
        """H v of v."""


class Optimiser(ABC):
    """Frozen numbers and one function; momentum, weight decay and the learning rate are the loop's."""

    unit: ClassVar[bool] = False  # whether steps have about unit length, so that the learning rate means another thing

    def start(self, size: int, *seed: object) -> Memory:
        """What it carries into the first step."""
        return {}

    @abstractmethod
    def direction(self, loss: Loss, weights: Tensor, memory: Memory) -> tuple[Tensor, Memory]:
        """The direction d (P,), of which the step is -lr d, and what to carry on."""
