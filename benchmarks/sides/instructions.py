"""One side of instructions.py: the work of each stage that hangs on the processor's instructions."""

import time
from collections.abc import Callable
from typing import Any

import cases
import torch
from serve import Measure, Rows, serve

from flatgia.curvature.exact import eigenvalues
from flatgia.generator.store import untrained_generator
from flatgia.gradients.choice import choose_backend


def build(case: dict[str, Any]) -> Measure:
    """A training step in C++, the generator forward and backward in PyTorch, eigenvalues by SciPy."""
    network, params = cases.model()
    inputs, labels = cases.images(64)
    gradient_at = choose_backend(network, "auto").training_gradient(inputs, labels)
    prior = cases.paper().generator
    generator = untrained_generator(*prior.sizes, 0)
    styles = torch.randn(10, generator.styles, generator.latent, generator=torch.Generator().manual_seed(0))
    noises = [torch.zeros(10, 1, *shape) for shape in generator.noise_shapes]
    matrix = torch.randn(1000, 1000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    matrix = matrix + matrix.T

    def draw() -> None:
        generator(styles.requires_grad_(), noises).square().sum().backward()

    work: dict[str, Callable[[], object]] = {
        "gradient of 64 images, C++": lambda: gradient_at(params),
        "generator, forward and backward": draw,
        "eigenvalues of a 1,000 x 1,000 matrix": lambda: eigenvalues(matrix),
    }

    def measure(number: int) -> Rows:
        return [(what, timed(function, case["times"]), "s") for what, function in work.items()]

    return measure


def timed(function: Callable[[], object], times: int) -> float:
    """Seconds a call."""
    begin = time.perf_counter()
    for _ in range(times):
        function()
    return (time.perf_counter() - begin) / times


if __name__ == "__main__":
    serve(build)
