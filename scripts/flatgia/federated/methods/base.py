"""What a federated method is: a gradient for the client, a message from the server, a start."""

from abc import ABC, abstractmethod

from torch import Tensor

from flatgia.gradients.backend import GradientAt
from flatgia.networks.network import Params
from flatgia.settings.sections import Model


class Method(ABC):
    """A method is stateless, but for what `for_pass` gives; a new one overrides what differs from FedAvg."""

    needs_auxiliary = False  # whether `initial` wants auxiliary images

    @abstractmethod
    def gradient(self, gradient_at: GradientAt, params: Params, broadcast: Params | None) -> Params:
        """The gradient that a client steps along, and shares, at `params`.

        `gradient_at` gives the gradient of the mini-batch loss, without weight decay, at any parameters; `broadcast` is
        what the server sent beside the model. Plain tensor arithmetic only: an adaptive attacker differentiates it.
        """

    def for_pass(self) -> "Method":
        """The method for one local pass of one client, whose `gradient` is called step after step; one that remembers
        something from step to step gives a fresh object. An attacker sees the first step."""
        return self

    def broadcast(self, before: Params, after: Params) -> Params | None:
        """What the server sends along after it has turned `before` into `after`; nothing by default."""
        return None

    def initial(self, start: Params, model: Model, auxiliary: tuple[Tensor, Tensor, int] | None, seed: int) -> Params:
        """The initial model, from the one that all methods share; `auxiliary` is model inputs, labels, classes."""
        return start
