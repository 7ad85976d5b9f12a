"""curvlinops' side of hessian.py: the product with a vector."""

from typing import Any

import torch
from curvlinops import HessianLinearOperator
from hessian_rows import measured, vector
from serve import Measure, serve

from flatgia.networks.lenet import LeNet


def build(case: dict[str, Any]) -> Measure:
    """Its Hessian as an operator."""
    network = LeNet()
    network.load_state_dict(case["params"])
    data = [(case["inputs"], case["labels"])]
    operator = HessianLinearOperator(network, torch.nn.CrossEntropyLoss(), list(network.parameters()), data)
    v = vector(case)
    return measured(case, lambda: operator @ v, None)


if __name__ == "__main__":
    serve(build)
