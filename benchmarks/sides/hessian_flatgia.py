"""Our side of hessian.py."""

from typing import Any

import torch
from hessian_rows import measured, vector
from serve import Measure, serve

from flatgia.hessian.product import gradient_graphs, product
from flatgia.hessian.slq import slq_numbers
from flatgia.models.lenet import LeNet


def build(case: dict[str, Any]) -> Measure:
    """The SLQ of flatgia.hessian.measure."""
    network = LeNet().eval().requires_grad_(False)
    v = vector(case)
    inputs = case["inputs"].contiguous(memory_format=torch.channels_last)  # as in flatgia.hessian.measure

    def graphs() -> list:
        return gradient_graphs(network, case["params"], inputs, case["labels"], case["block"])

    def slq(seed: int) -> tuple[float, float]:
        held = graphs()
        numbers = slq_numbers(
            lambda v: product(held, v), case["size"], case["damping"], case["probes"], case["steps"], seed
        )
        return numbers["log_det"], numbers["log_det_se"]

    held = graphs()
    return measured(case, lambda: product(held, v), slq)


if __name__ == "__main__":
    serve(build)
