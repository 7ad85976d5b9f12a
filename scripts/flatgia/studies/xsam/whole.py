"""What is measured over many images: accuracy, the loss, the perturbed loss, and the largest eigenvalue; in eval mode."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from flatgia.core.errors import FlatgiaError
from flatgia.curvature.lanczos import lanczos
from flatgia.gradients.backend import Backend
from flatgia.gradients.hessian import gradient_graphs, product
from flatgia.networks.forward import logits
from flatgia.networks.network import State
from flatgia.studies.xsam.data import Pair
from flatgia.training.sam import ascent
from flatgia.training.vector import Vectors

BLOCK = 250  # images at once
STEPS = 60  # of Lanczos, at most
CONVERGED = 0.05  # the residual of the leading pair, relative to its value


@torch.no_grad()
def scores(backend: Backend, weights: Tensor, buffers: State, images: Pair) -> tuple[float, float]:
    """Mean cross-entropy and accuracy in [0, 1]."""
    state = Vectors(backend.network).params(weights) | buffers
    found = torch.cat([logits(backend.network, state, block) for block in images[0].split(1000)]).double()
    accuracy = (found.argmax(1) == images[1]).double().mean().item()
    return cross_entropy(found, images[1]).item(), accuracy


def perturbed_loss(backend: Backend, weights: Tensor, buffers: State, images: Pair, rho: float) -> float:
    """L(w + rho g / ||g||), g the gradient over the same images."""
    vectors = Vectors(backend.network)
    total = torch.zeros_like(weights)
    for inputs, labels in zip(*(part.split(BLOCK) for part in images), strict=True):
        found = backend.gradient(inputs, labels, buffers)(vectors.params(weights))
        total += vectors.vector(found) * (len(labels) / len(images[1]))
    return scores(backend, weights + ascent(total, rho), buffers, images)[0]


def lambda_max(backend: Backend, weights: Tensor, buffers: State, images: Pair, start: Tensor) -> float:
    """The largest algebraic eigenvalue of the Hessian over all images; `start` (P,) must not be orthogonal to its vector."""
    diagonal, off, _ = lanczos(whole_product(backend, weights, buffers, images), start.double(), STEPS, _converged)
    value = _leading(diagonal, off)[0]
    if not _converged(diagonal, off) and len(diagonal) == STEPS:
        raise FlatgiaError("lambda_max", f"not found in {STEPS} Lanczos steps", "train with a lower learning rate")
    return value


def whole_product(backend: Backend, weights: Tensor, buffers: State, images: Pair) -> Callable[[Tensor], Tensor]:
    """H v as float64 (P,); graphs are built a block at a time, since all of them would not fit."""
    params = Vectors(backend.network).params(weights)
    blocks = list(zip(*(part.split(BLOCK) for part in images), strict=True))

    def times(vector: Tensor) -> Tensor:
        total = torch.zeros(len(vector), dtype=torch.float64)
        for inputs, labels in blocks:
            graphs = gradient_graphs(backend.network, params, inputs, labels, BLOCK, buffers=buffers)
            total += product(graphs, vector) * (len(labels) / len(images[1]))
        return total

    return times


def _leading(diagonal: Tensor, off: Tensor) -> tuple[float, float]:
    """The largest Ritz value and its residual."""
    values, vectors = torch.linalg.eigh(torch.diag(diagonal) + torch.diag(off[:-1], 1) + torch.diag(off[:-1], -1))
    return values[-1].item(), (off[-1] * vectors[-1, -1].abs()).item()


def _converged(diagonal: Tensor, off: Tensor) -> bool:
    value, residual = _leading(diagonal, off)
    return len(diagonal) > 2 and residual <= CONVERGED * abs(value)
