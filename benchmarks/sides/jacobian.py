"""Both sides of jacobian.py: ours in C++ and SciPy, and PyTorch's forward mode and product."""

import time
from typing import Any

import torch
from serve import Measure, Rows, serve
from torch.func import functional_call, grad, jvp, vmap
from torch.nn.functional import cross_entropy

from flatgia.attacks.victim import Victim
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.choice import choose_backend
from flatgia.gradients.jacobian import columns, flat, gram
from flatgia.networks.lenet import LeNet

METHODS = {"plain": None, "FedSAM": FedSAM(0.2)}


def build(case: dict[str, Any]) -> Measure:
    """Columns and G of the plain gradient, and with ours of what a SAM client sends."""
    network = LeNet().eval().requires_grad_(False)

    def measure(_: int) -> Rows:
        rows = []
        for dtype in (torch.float32, torch.float64):
            x, params = case["inputs"].to(dtype), {name: value.to(dtype) for name, value in case["params"].items()}
            basis = torch.eye(x.numel(), dtype=dtype)[: case["columns"]]
            for name, method in METHODS.items() if case["ours"] else [("plain", None)]:
                begin = time.perf_counter()
                if case["ours"]:
                    shared = Victim(choose_backend(network, "auto"), params, method, None).gradient()
                    found = columns(lambda z, shared=shared: flat(shared(z, case["labels"]).values()), x, basis)
                else:
                    found = functorch(network, params, x, case["labels"], basis)
                middle = time.perf_counter()
                gram(found) if case["ours"] else found @ found.T
                end = time.perf_counter()
                about = f"{name}, {str(dtype).removeprefix('torch.')}"
                rows += [(f"columns of J, {about}", middle - begin, "s"), (f"J and G, {about}", end - begin, "s")]
        return rows

    return measure


def functorch(
    network: torch.nn.Module,
    params: dict[str, torch.Tensor],
    x: torch.Tensor,
    labels: torch.Tensor,
    basis: torch.Tensor,
) -> torch.Tensor:
    """J's columns as rows."""

    def gradient(inputs: torch.Tensor) -> torch.Tensor:
        found = grad(lambda weights: cross_entropy(functional_call(network, weights, (inputs,)), labels))(params)
        return torch.cat([value.reshape(-1) for value in found.values()])

    push = vmap(lambda along: jvp(gradient, (x,), (along.view_as(x),))[1], chunk_size=256)
    return push(basis)


if __name__ == "__main__":
    serve(build)
