"""The loss of one mini-batch as a function of the weights, and what of it has been asked for."""

from collections.abc import Callable

from torch import Tensor

from flatgia.gradients.backend import Backend
from flatgia.gradients.hessian import gradient_graphs, product
from flatgia.networks.network import State
from flatgia.training.vector import Vectors

Product = Callable[[Tensor], Tensor]


class BatchLoss:
    """The mean cross-entropy of inputs (B, C, H, W) with labels (B,), at weights (P,), in train mode.

    Running statistics in `buffers` move, in place, at the first gradient alone; nothing that follows touches them.
    """

    def __init__(self, backend: Backend, vectors: Vectors, inputs: Tensor, labels: Tensor, buffers: State):
        self.vectors, self.inputs, self.labels = vectors, inputs, labels
        self.weight_entries = vectors.weight_entries
        self._gradient_at = backend.training_gradient(inputs, labels, buffers)
        self.evaluations = 0  # gradients of the mini-batch, or what costs as much; a Hessian product counts two

    def gradient(self, weights: Tensor) -> Tensor:
        """grad L (P,)."""
        self.evaluations += 1
        return self.vectors.vector(self._gradient_at(self.vectors.params(weights)))

    def hessian(self, weights: Tensor) -> Product:
        """H v as float64 (P,) for (P,), by a second pass backward (Pearlmutter 1994)."""
        params = self.vectors.params(weights.detach())
        graphs = gradient_graphs(self.vectors.by_batch, params, self.inputs, self.labels, len(self.labels))
        self.evaluations += 1

        def times(vector: Tensor) -> Tensor:
            self.evaluations += 2
            return product(graphs, vector)

        return times
