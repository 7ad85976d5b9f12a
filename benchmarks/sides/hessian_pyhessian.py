"""PyHessian's side of hessian.py."""

from typing import Any

import torch
from hessian_rows import by_spectra, measured, vector
from pyhessian import hessian
from pyhessian.utils import hessian_vector_product
from serve import Measure, serve
from torch import Tensor

from flatgia.networks.lenet import LeNet


def eig(matrix: Tensor, eigenvectors: bool) -> tuple[Tensor, Tensor]:
    """torch.eig, which PyHessian calls and PyTorch has given up; the matrix is symmetric."""
    values, vectors = torch.linalg.eigh(matrix)
    return torch.stack([values, torch.zeros_like(values)], 1), vectors


def build(case: dict[str, Any]) -> Measure:
    """Its `density`, with our signs in place of those that it draws."""
    torch.eig = eig
    network = LeNet()
    network.load_state_dict(case["params"])
    operator = hessian(network, torch.nn.CrossEntropyLoss(), data=(case["inputs"], case["labels"]), cuda=False)
    sizes = [parameter.numel() for parameter in operator.params]

    def pieces(flat: Tensor) -> list[Tensor]:
        return [piece.view_as(p) for piece, p in zip(flat.split(sizes), operator.params, strict=True)]

    def spectrum(signs: Tensor) -> tuple[Tensor, Tensor]:
        draws = iter(pieces(signs.clamp(min=0)))
        torch.randint_like = lambda parameter, **_: next(draws)
        nodes, weights = operator.density(iter=case["steps"], n_v=1)
        return torch.tensor(nodes[0]), torch.tensor(weights[0])

    v = pieces(vector(case))
    multiply = lambda: hessian_vector_product(operator.gradsH, operator.params, v)  # noqa: E731
    return measured(case, multiply, by_spectra(case, spectrum))


if __name__ == "__main__":
    serve(build)
