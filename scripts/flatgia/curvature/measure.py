"""From a network and images to the numbers of its Hessian, by the estimator that the config names."""

from typing import Any

import torch
from torch import Tensor

from flatgia.core.errors import FlatgiaError
from flatgia.core.seeds import generator
from flatgia.curvature.exact import spectrum_numbers
from flatgia.curvature.matrix import hessian_matrix
from flatgia.curvature.slq import slq_numbers
from flatgia.curvature.surrogate import floor
from flatgia.gradients.backend import Backend
from flatgia.networks.network import State, split_state
from flatgia.settings.sections import Hessian


def image_indices(available: int, count: int, seed: int) -> Tensor:
    """Indices (count,) of the fixed training images, the same for all methods and rounds."""
    if count > available:
        what = f"{count} images are asked for, the training set has {available}"
        raise FlatgiaError("config key hessian.images", what, "lower it")
    return torch.randperm(available, generator=generator("hessian images", seed))[:count]


def hessian_numbers(
    backend: Backend,
    state: State,
    inputs: Tensor,
    labels: Tensor,
    hessian: Hessian,
    seed: int,
) -> dict[str, Any]:
    """The numbers of the Hessian of the mean cross-entropy at `state`, in eval mode; `hessian` is the config's section.

    Where it names rounds to be measured exactly, those have the numbers of `slq` beside them, to be compared.
    """
    params, buffers = split_state(backend.network, state)
    size = sum(value.numel() for value in params.values())
    damping, block = hessian.damping, hessian.block
    numbers: dict[str, Any] = {}
    if hessian.estimator == "slq" or hessian.exact:
        times = backend.hessian_product(params, buffers, inputs, labels, block)
        counts, device = (hessian.probes, hessian.steps), str(inputs.device)
        numbers = slq_numbers(lambda v: _finite(times(v)), size, damping, *counts, seed, device, hessian.error)
    if hessian.estimator == "exact":
        beside = {"slq": numbers} if numbers else {}
        matrix = _finite(hessian_matrix(backend.network, state, inputs, labels, block))
        numbers = spectrum_numbers(matrix, damping) | beside
    about = {"estimator": hessian.estimator, "images": len(inputs), "parameters": size, "damping": damping}
    return about | numbers | {"floor": floor(size, damping)}


def _finite(values: Tensor) -> Tensor:
    if not values.isfinite().all():
        raise FlatgiaError("the Hessian", "holds NaN or infinity", "train again with a lower learning rate or rho")
    return values
