"""Stochastic Lanczos quadrature (Ubaru, Chen, Saad 2017): traces of functions of H from products with signs.

The eigenvalues of largest size, which one Lanczos run finds with their vectors, are counted as they are; signs estimate
only what is left (deflation: Gambhir, Stathopoulos, Orginos 2017). It is less, so fewer probes do, and fewer steps.

Most eigenvalues of a network's Hessian are next to 0, where the surrogate is sharp: too few steps leave a bias that
the probes' spread does not show. A second quadrature, with a node put at 0, shows it: the steps go on until both agree.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from flatgia.core.errors import FlatgiaError
from flatgia.core.progress import track
from flatgia.core.seeds import generator
from flatgia.curvature.histogram import histogram
from flatgia.curvature.lanczos import Product, lanczos
from flatgia.curvature.outliers import outliers
from flatgia.curvature.quadrature import gauss, with_node_at_zero
from flatgia.curvature.surrogate import count_above, floor, log_det

EVERY = 20  # steps between two looks at the quadrature's error
TOLERANCE = 5e-5  # of the log determinant, per parameter: 0.8 for LeNet, where the probes spread by 70
MOST = 16
NOTHING = 1e-20  # of a vector's squared length: what rounding leaves of it
NAMES = ("log_det", "trace", "count_above")


def slq_numbers(
    product: Product,
    size: int,
    damping: float,
    probes: int,
    steps: int,
    seed: int,
    device: str = "cpu",
    error: float | None = None,
) -> dict[str, Any]:
    """The numbers of a symmetric (size, size) operator, their standard errors over the probes, the worst quadrature error
    of `log_det`, and the spectrum as a histogram, rough next to 0; at least 2 `probes`, at most `steps` products each,
    and as many for the outliers.

    With an `error` more probes follow, up to `MOST` times as many, until the standard error of `log_det` is below it.
    """
    if probes < 2:
        raise FlatgiaError("config key hessian.probes", "one probe tells no standard error", "take 2 or more")
    enough = agreement(size, damping)
    known = outliers(*lanczos(product, rademacher(size, seed, "outliers").to(device), steps, enough))
    samples: list[Tensor] = []
    errors = []
    nodes, masses = [], []
    most = probes if error is None else MOST * probes
    for probe in track(range(most), most, "Lanczos", "probe"):
        if probe >= probes and error is not None and _spread(samples)[0] <= error:
            break
        start = known.without(rademacher(size, seed, probe).to(device))
        mass = start @ start
        if mass <= NOTHING * size:  # the outliers are all there is
            samples.append(start.new_zeros(len(NAMES)))
            continue
        diagonal, off, _ = lanczos(known.complement(product), start, steps, enough)
        values, weights = gauss(diagonal, off[:-1])
        samples.append(lifts(values, mass * weights, damping))
        nodes.append(values)
        masses.append(mass * weights)
        errors.append(quadrature_error(diagonal, off, size, damping))
    drawn = torch.stack(samples)
    means = drawn.mean(0) + lifts(known.values, torch.ones_like(known.values), damping)
    numbers = {"lambda_max": known.ends[1].item(), "lambda_min": known.ends[0].item()}
    for name, mean, error in zip(NAMES, means.tolist(), _spread(samples).tolist(), strict=True):
        numbers |= {name: mean, f"{name}_se": error}
    numbers["log_det"] += floor(size, damping)
    nodes.append(known.values)
    masses.append(torch.full_like(known.values, len(samples)))
    kept = histogram(torch.cat(nodes).cpu().numpy(), (torch.cat(masses) / len(samples)).cpu().numpy())
    return numbers | {"quadrature_error": max(errors, default=0.0), "spectrum": kept}


def _spread(samples: list[Tensor]) -> Tensor:
    """The standard error of each of `NAMES`, (3,)."""
    return torch.stack(samples).std(0) / len(samples) ** 0.5


def lifts(eigenvalues: Tensor, weights: Tensor, damping: float) -> Tensor:
    """The traces of `NAMES`, (3,), each less that of H = 0: what no eigenvalue lifts need not be estimated."""
    lifted = log_det(eigenvalues, weights, damping) - floor(1, damping) * weights.sum()
    return torch.stack([lifted, (weights * eigenvalues).sum(), count_above(eigenvalues, weights, damping)])


def agreement(size: int, damping: float) -> Callable[[Tensor, Tensor], bool]:
    """Whether two quadratures of the log determinant agree at two looks running: once, they do so by accident."""

    def small(diagonal: Tensor, off: Tensor) -> bool:
        return quadrature_error(diagonal, off, size, damping) <= TOLERANCE * size

    def enough(diagonal: Tensor, off: Tensor) -> bool:
        before = len(diagonal) - EVERY
        looks = before > 0 and before % EVERY == 0
        return looks and small(diagonal, off) and small(diagonal[:before], off[:before])

    return enough


def quadrature_error(diagonal: Tensor, off: Tensor, size: int, damping: float) -> float:
    """How far two quadratures of the log determinant are apart: Gauss' and that with a node at 0; both (m,)."""
    pair = gauss(diagonal, off[:-1]), with_node_at_zero(diagonal, off)
    one, other = (log_det(values, size * weights, damping) for values, weights in pair)
    return abs(one - other).item()


def rademacher(size: int, seed: int, probe: int | str) -> Tensor:
    """Signs, float64 (size,); the same for every checkpoint, so that errors partly cancel in differences."""
    return torch.randint(0, 2, (size,), generator=generator("slq", seed, probe)).double() * 2 - 1
