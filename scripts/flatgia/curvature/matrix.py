"""The whole Hessian of the mean cross-entropy.

Column by column, but a column of one layer is only computed for that layer and those after it; symmetry gives the rest.
So the many columns of the last layers need no pass through the first ones, which cost most.
"""

import torch
from torch import Tensor, nn

from flatgia.core.errors import FlatgiaError
from flatgia.core.progress import Progress
from flatgia.gradients.hessian import gradient_graphs, products_with_first
from flatgia.networks.network import State, split_state

COLUMNS = {"cpu": 8, "cuda": 256}  # of one pass: more do not fit a CPU's caches, and few leave a GPU idle
LARGEST = 30_000  # parameters; beyond that the matrix and its eigenvalues need over 20 GiB


def hessian_matrix(network: nn.Module, state: State, inputs: Tensor, labels: Tensor, block: int) -> Tensor:
    """H, float64 (d, d), symmetric, in the order of the parameters. Raises `FlatgiaError` if d is beyond `LARGEST`."""
    params, buffers = split_state(network, state)
    sizes = [value.numel() for value in params.values()]
    if sum(sizes) > LARGEST:
        what = f"exact is for at most {LARGEST} parameters, the network has {sum(sizes)}"
        raise FlatgiaError("config key hessian.estimator", what, "use slq, and name no rounds under hessian.exact")
    matrix = torch.zeros(sum(sizes), sum(sizes), dtype=torch.float64, device=inputs.device)
    progress = Progress(sum(sizes), "Hessian", "column")
    begin = 0
    for first, size in enumerate(sizes):
        end = begin + size
        graphs = gradient_graphs(network, params, inputs, labels, block, first, buffers)
        for places in torch.arange(size, device=inputs.device).split(COLUMNS[inputs.device.type]):
            matrix[begin + places, begin:] = products_with_first(graphs, _unit_vectors(places, size, inputs.dtype))
            progress.update(len(places))
        within = matrix[begin:end, begin:end]
        within.copy_((within + within.T) / 2)
        matrix[end:, begin:end] = matrix[begin:end, end:].T
        begin = end
    return matrix


def _unit_vectors(places: Tensor, size: int, dtype: torch.dtype) -> Tensor:
    return torch.zeros(len(places), size, dtype=dtype, device=places.device).scatter_(1, places[:, None], 1.0)
