"""Our side of hessian.py."""

from typing import Any

from hessian_rows import measured, vector
from serve import Measure, serve

from flatgia.curvature.lanczos import Product
from flatgia.curvature.slq import slq_numbers
from flatgia.gradients.choice import choose_backend
from flatgia.networks.lenet import LeNet


def build(case: dict[str, Any]) -> Measure:
    """The SLQ of flatgia.curvature.measure."""
    network = LeNet().eval().requires_grad_(False)
    backend, v = choose_backend(network, case["compile"]), vector(case)

    def times() -> Product:
        return backend.hessian_product(case["params"], {}, case["inputs"], case["labels"], case["block"])

    def slq(seed: int) -> tuple[float, float]:
        numbers = slq_numbers(times(), case["size"], case["damping"], case["probes"], case["steps"], seed)
        return numbers["log_det"], numbers["log_det_se"]

    held = times()
    return measured(case, lambda: held(v), slq)


if __name__ == "__main__":
    serve(build)
