"""Stochastic Lanczos quadrature (Ubaru, Chen, Saad 2017): traces of functions of H from products with signs.

Most eigenvalues of a network's Hessian are next to 0, where the surrogate is sharp: too few steps leave a bias that
the probes' spread does not show. A second quadrature, with a node put at 0, shows it: the steps go on until both agree.
"""

import torch
from torch import Tensor

from flatgia.errors import FlatgiaError
from flatgia.hessian.lanczos import Product, lanczos
from flatgia.hessian.quadrature import gauss, with_node_at_zero
from flatgia.hessian.surrogate import count_above, log_det
from flatgia.progress import track
from flatgia.seeds import generator

EVERY = 20  # steps between two looks at the quadrature's error
TOLERANCE = 5e-5  # of the log determinant, per parameter: 0.8 for LeNet, where the probes spread by 100


def slq_numbers(
    product: Product, size: int, damping: float, probes: int, steps: int, seed: int, device: str = "cpu"
) -> dict[str, float]:
    """The numbers of a symmetric (size, size) operator, their standard errors over the probes and the worst
    quadrature error of `log_det`; at least 2 `probes`, at most `steps` products each."""
    if probes < 2:
        raise FlatgiaError("config key hessian.probes", "one probe tells no standard error", "take 2 or more")

    def enough(diagonal: Tensor, off: Tensor) -> bool:
        return len(diagonal) % EVERY == 0 and quadrature_error(diagonal, off, size, damping) <= TOLERANCE * size

    ends, samples, errors = [], [], []
    for probe in track(range(probes), probes, "Lanczos", "probe"):
        diagonal, off, _ = lanczos(product, rademacher(size, seed, probe).to(device), steps, enough)
        values, weights = gauss(diagonal, off[:-1])
        weights = size * weights
        ends.append(values[[-1, 0]])
        traces = log_det(values, weights, damping), (weights * values).sum(), count_above(values, weights, damping)
        samples.append(torch.stack(traces))
        errors.append(quadrature_error(diagonal, off, size, damping))
    drawn, ends = torch.stack(samples), torch.stack(ends)
    numbers = {"lambda_max": ends[:, 0].max().item(), "lambda_min": ends[:, 1].min().item()}
    for name, values in zip(("log_det", "trace", "count_above"), drawn.T, strict=True):
        numbers |= {name: values.mean().item(), f"{name}_se": values.std().item() / probes**0.5}
    return numbers | {"quadrature_error": max(errors)}


def quadrature_error(diagonal: Tensor, off: Tensor, size: int, damping: float) -> float:
    """How far two quadratures of the log determinant are apart: Gauss' and that with a node at 0; both (m,)."""
    pair = gauss(diagonal, off[:-1]), with_node_at_zero(diagonal, off)
    one, other = (log_det(values, size * weights, damping) for values, weights in pair)
    return abs(one - other).item()


def rademacher(size: int, seed: int, probe: int) -> Tensor:
    """Signs, float64 (size,); the same for every checkpoint, so that errors partly cancel in differences."""
    return torch.randint(0, 2, (size,), generator=generator("slq", seed, probe)).double() * 2 - 1
