"""All that the bounds are made of, at one checkpoint and over the images of the Hessian; float64."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from flatgia.core.seeds import generator
from flatgia.curvature.exact import eigenvalues
from flatgia.curvature.lanczos import Product
from flatgia.curvature.surrogate import floor, log_det
from flatgia.gradients.backend import Backend
from flatgia.gradients.jacobian import gram
from flatgia.networks.forward import logits
from flatgia.networks.network import State, split_state
from flatgia.studies.bounds import Bounds
from flatgia.studies.bounds.ascent import differentiable, rise
from flatgia.studies.bounds.fisher import rows
from flatgia.studies.bounds.frobenius import distance, from_rows, squared

ROUNDING = 1e-12  # of the largest eigenvalue of a Gram matrix: what is 0
BATCHES = 1000  # drawn, for the spread of a mini-batch's direction


def measure(
    backend: Backend, state: State, inputs: Tensor, labels: Tensor, section: Bounds, block: int, damping: float,
    local_batch: int, seed: int,
) -> dict[str, Any]:  # fmt: skip
    """By name: loss, ||G||, F_SAM - F, the covariance's rank and surrogate, and of each matrix how far it is from H."""
    params, buffers = split_state(backend.network, state)
    size = sum(value.numel() for value in params.values())
    made = rows(backend.network, state, inputs, labels)
    count = len(made.gradients)
    mean = made.gradients.mean(0)
    matrices = {
        "fisher": made.fisher,
        "empirical": made.gradients / count**0.5,
        "covariance": (made.gradients - mean) / count**0.5,
    }
    times = backend.hessian_product(params, buffers, inputs, labels, block)
    budget = section.steps, section.probes, seed
    whole = squared(times, size, *budget, "||H||")
    found: dict[str, Any] = {
        "loss": float(made.losses.mean()),
        "norm": float(mean.norm()),
        "images": count,
        "parameters": size,
        "damping": damping,
        "hessian_square": whole.value,
        "hessian_square_se": whole.error,
    }
    for name, factor in matrices.items():
        values = eigenvalues(gram(factor)).clamp(min=0)
        square = float(values.square().sum())
        apart = squared(_minus(times, from_rows(factor)), size, *budget, f"||H - {name}||")
        relative, cosine = distance(whole.value, square, apart.value)
        found |= {
            f"{name}_rank": _rank(values),
            f"{name}_trace": float(values.sum()),
            f"{name}_lambda_max": float(values[-1]),
            f"{name}_log_det": surrogate(values, size, damping),
            f"{name}_distance": relative,
            f"{name}_cosine": cosine,
        }
    covariance = eigenvalues(gram(matrices["covariance"])).clamp(min=0)
    for batch in section.batches:
        found[f"log_det_covariance_{batch}"] = surrogate(covariance / batch, size, damping)
        found[f"rank_{batch}"] = _rank_of_batch(made.gradients, batch)
    loss_at = differentiable(lambda flat: _loss(backend, params, buffers, flat, inputs, labels))
    start = torch.cat([value.flatten() for value in params.values()])
    step, most = rise(loss_at, start, section.rho, section.ascent, list(whole.known.vectors[-1:]))
    found |= {"lambda_max": float(whole.known.ends[1]), "lambda_min": float(whole.known.ends[0])}
    found |= {"rise_step": step, "rise": most}
    found["sigma_l"] = spread_of_directions(made.gradients, local_batch, seed)
    return found


def surrogate(values: Tensor, size: int, damping: float) -> float:
    """The surrogate of section 4.2 of a (size, size) matrix with these eigenvalues (k,), all others 0."""
    return float(log_det(values, torch.ones_like(values), damping)) + floor(size - len(values), damping)


def spread_of_directions(gradients: Tensor, batch: int, seed: int) -> float:
    """Assumption 3: the mean squared distance of a mini-batch's unit gradient from the whole one; of batches drawn with
    replacement from gradients (n, d)."""
    count = len(gradients)
    inner = gram(gradients)
    drawn = torch.randint(count, (BATCHES, batch), generator=generator("bounds batches", seed))
    weights = torch.zeros(BATCHES, count, dtype=torch.float64).scatter_add_(
        1, drawn, torch.full(drawn.shape, 1 / batch, dtype=torch.float64)
    )
    length = (weights @ inner * weights).sum(1).clamp(min=0).sqrt()
    mean = inner.mean().clamp(min=0).sqrt()
    across = (weights @ inner).mean(1) / (length * mean).clamp(min=torch.finfo(torch.float64).tiny)
    return float((2 - 2 * across.clamp(-1, 1)).mean())


def _minus(left: Product, right: Product) -> Product:
    return lambda vector: left(vector) - right(vector)


def _rank(values: Tensor) -> int:
    return int((values > ROUNDING * values.max()).sum()) if values.max() > 0 else 0


def _rank_of_batch(gradients: Tensor, batch: int) -> int:
    """Of the notation's Sigma_G, the covariance within a batch: the first so many images, or all there are."""
    some = gradients[:batch]
    if len(some) == 1:
        return 0
    return _rank(eigenvalues(gram(some - some.mean(0))).clamp(min=0))


def _loss(backend: Backend, params: State, buffers: State, flat: Tensor, inputs: Tensor, labels: Tensor) -> Tensor:
    pieces = flat.split([value.numel() for value in params.values()])
    held = {name: piece.view_as(params[name]) for name, piece in zip(params, pieces, strict=True)}
    return cross_entropy(logits(backend.network, held | buffers, inputs), labels)
