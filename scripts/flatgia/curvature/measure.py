"""From a network and images to the numbers of its Hessian, by the estimator that the config names."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from flatgia.core.errors import FlatgiaError
from flatgia.core.seeds import generator
from flatgia.curvature.exact import spectrum_numbers
from flatgia.curvature.matrix import hessian_matrix
from flatgia.curvature.product import gradient_graphs, product
from flatgia.curvature.slq import slq_numbers
from flatgia.curvature.surrogate import floor
from flatgia.gradients.native import network as lanes
from flatgia.networks.network import Params
from flatgia.settings.sections import Hessian


def image_indices(available: int, count: int, seed: int) -> Tensor:
    """Indices (count,) of the fixed training images, the same for all methods and rounds."""
    if count > available:
        what = f"{count} images are asked for, the training set has {available}"
        raise FlatgiaError("config key hessian.images", what, "lower it")
    return torch.randperm(available, generator=generator("hessian images", seed))[:count]


def hessian_numbers(
    network: nn.Module,
    params: Params,
    inputs: Tensor,
    labels: Tensor,
    hessian: Hessian,
    seed: int,
) -> dict[str, Any]:
    """The numbers of the Hessian of the mean cross-entropy at `params`; `hessian` is the config's section.

    Where it names rounds to be measured exactly, those have the numbers of `slq` beside them, to be compared.
    """
    size = sum(value.numel() for value in params.values())
    damping, block = hessian.damping, hessian.block
    numbers: dict[str, Any] = {}
    if hessian.estimator == "slq" or hessian.exact:
        times = hessian_product(network, params, inputs, labels, block)
        counts, device = (hessian.probes, hessian.steps), str(inputs.device)
        numbers = slq_numbers(lambda v: _finite(times(v)), size, damping, *counts, seed, device, hessian.error)
    if hessian.estimator == "exact":
        beside = {"slq": numbers} if numbers else {}
        numbers = spectrum_numbers(_finite(hessian_matrix(network, params, inputs, labels, block)), damping) | beside
    about = {"estimator": hessian.estimator, "images": len(inputs), "parameters": size, "damping": damping}
    return about | numbers | {"floor": floor(size, damping)}


def hessian_product(
    network: nn.Module, params: Params, inputs: Tensor, labels: Tensor, block: int
) -> Callable[[Tensor], Tensor]:
    """H v, float64 (d,) for (d,), of the mean cross-entropy; the passes run in the parameters' own precision."""
    if lanes.fits(network, inputs):
        return lanes.hessian_product(params, inputs, labels)
    if inputs.dim() == 4:
        inputs = inputs.contiguous(memory_format=torch.channels_last)  # a product takes a fifth less time on a CPU
    graphs = gradient_graphs(network, params, inputs, labels, block)
    return lambda vector: product(graphs, vector)


def _finite(values: Tensor) -> Tensor:
    if not values.isfinite().all():
        raise FlatgiaError("the Hessian", "holds NaN or infinity", "train again with a lower learning rate or rho")
    return values
