"""Stochastic Lanczos quadrature (Ubaru, Chen, Saad 2017): traces of functions of H from a few products with random vectors."""

import torch
from torch import Tensor

from flatgia.errors import FlatgiaError
from flatgia.hessian.lanczos import Product, lanczos, ritz
from flatgia.hessian.surrogate import count_above, log_det
from flatgia.progress import track
from flatgia.seeds import generator


def slq_numbers(
    product: Product, size: int, damping: float, probes: int, steps: int, seed: int, device: str = "cpu"
) -> dict[str, float]:
    """The numbers of a symmetric (size, size) operator, with standard errors over `probes` (at least 2)."""
    if probes < 2:
        raise FlatgiaError("config key hessian.probes", "one probe tells no standard error", "take 2 or more")
    ends, samples = [], []
    for probe in track(range(probes), probes, "Lanczos", "probe"):
        diagonal, off, _ = lanczos(product, rademacher(size, seed, probe).to(device), steps)
        values, weights = ritz(diagonal, off)
        weights = size * weights
        ends.append(torch.stack([values[-1], values[0]]))
        samples.append(
            torch.stack(
                [log_det(values, weights, damping), (weights * values).sum(), count_above(values, weights, damping)]
            )
        )
    drawn = torch.stack(samples)
    means, errors = drawn.mean(0).tolist(), (drawn.std(0) / probes**0.5).tolist()
    numbers = {"lambda_max": max(e[0].item() for e in ends), "lambda_min": min(e[1].item() for e in ends)}
    for name, mean, error in zip(("log_det", "trace", "count_above"), means, errors, strict=True):
        numbers |= {name: mean, f"{name}_se": error}
    return numbers


def rademacher(size: int, seed: int, probe: int) -> Tensor:
    """Signs, float64 (size,): the same for every checkpoint, so that two checkpoints differ by less than their errors say."""
    return torch.randint(0, 2, (size,), generator=generator("slq", seed, probe)).double() * 2 - 1
