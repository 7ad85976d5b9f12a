"""What every side of hessian.py measures."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from serve import Measure, Rows
from torch import Tensor

from flatgia.curvature.slq import rademacher
from flatgia.curvature.surrogate import log_det

Spectrum = Callable[[Tensor], tuple[Tensor, Tensor]]  # a start (d,) to a quadrature's nodes and weights, of sum 1
Slq = Callable[[int], tuple[float, float]]  # a seed to a log determinant and its standard error


def measured(case: dict[str, Any], multiply: Callable[[], object], slq: Slq | None) -> Measure:
    """Times `multiply`, a product with a vector, and `slq` if the side has one."""

    def measure(number: int) -> Rows:
        begin = time.perf_counter()
        for _ in range(case["products"]):
            multiply()
        middle = time.perf_counter()
        rows = [("Hessian-vector product", (middle - begin) / case["products"], "s")]
        if number == 0 or slq is None:  # the products have warmed up all there is
            return rows
        value, error = slq(number)
        rows.append(("log det by SLQ, to the same standard error", time.perf_counter() - middle, "s"))
        return [*rows, ("log det, its value", value, "1"), ("log det, its standard error", error, "1")]

    return measure


def by_spectra(case: dict[str, Any], spectrum: Spectrum) -> Slq:
    """The log determinant from a seed, by a peer's Lanczos quadrature from our signs."""

    def slq(seed: int) -> tuple[float, float]:
        values = []
        for probe in range(case["probes"]):
            nodes, weights = spectrum(rademacher(case["size"], seed, probe).float())
            values.append(log_det(nodes.double(), case["size"] * weights.double(), case["damping"]).item())
        return statistics.mean(values), statistics.stdev(values) / len(values) ** 0.5

    return slq


def vector(case: dict[str, Any]) -> Tensor:
    """A vector (d,) to multiply with."""
    return torch.randn(case["size"], generator=torch.Generator().manual_seed(0))
