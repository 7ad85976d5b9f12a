"""J = dg/dx: how a shared gradient moves with the image behind it, by forward mode; and G = J^T J."""

from collections.abc import Callable, Iterable

import scipy.linalg
import torch
from torch import Tensor
from torch.func import jvp, vmap

from flatgia.core.errors import FlatgiaError
from flatgia.core.seeds import generator

Gradient = Callable[[Tensor], Tensor]  # inputs (B, C, H, W) to the gradient (P,) that a client shares of them

AT_ONCE = 256  # directions, at most
MEMORY = 2**26  # bytes of the columns that are taken at once; forward mode holds some twenty times as much


def columns(gradient: Gradient, inputs: Tensor, directions: Tensor | None = None, at_once: int = AT_ONCE) -> Tensor:
    """J's columns as rows (K, P) in the inputs' precision, along `directions` (K, D); None for all D entries of the inputs.

    `at_once` bounds how many are taken together; no number depends on it. Raises `FlatgiaError` in half precision.
    """
    if inputs.dtype not in (torch.float32, torch.float64):
        what = f"{str(inputs.dtype).removeprefix('torch.')} rounds away most of what a gradient holds"
        raise FlatgiaError("a Jacobian", what, "convert weights and images to float32 or float64")
    if directions is None:
        directions = torch.eye(inputs.numel(), dtype=inputs.dtype, device=inputs.device)

    push = vmap(lambda direction: jvp(gradient, (inputs,), (direction,))[1])
    size = gradient(inputs).numel()
    rows = max(1, min(at_once, MEMORY // (size * inputs.element_size())))
    found = inputs.new_empty(len(directions), size)
    for some, into in zip(directions.split(rows), found.split(rows), strict=True):
        into.copy_(push(some.view(-1, *inputs.shape)))
    return found


def flat(tensors: Iterable[Tensor]) -> Tensor:
    """A gradient, a tensor a parameter, as one vector (P,)."""
    return torch.cat([tensor.reshape(-1) for tensor in tensors])


def gram(found: Tensor) -> Tensor:
    """G (K, K) in double precision, of J's columns (K, P); the products run in theirs.

    On a CPU by SciPy's OpenBLAS, which is fast under the portable instructions, too; PyTorch's MKL is not.
    """
    if found.device.type != "cpu":
        return (found @ found.T).double()
    syrk = scipy.linalg.blas.dsyrk if found.dtype == torch.float64 else scipy.linalg.blas.ssyrk
    half = torch.from_numpy(syrk(1.0, found.numpy().T, trans=1).T).double()  # below the diagonal
    return half + half.tril(-1).T


def ridge(whole: Tensor, slope: Tensor, weight: Tensor | float) -> Tensor:
    """(G + weight I)^-1 slope, float64 (D,) or (D, R), by SciPy on the CPU; of a singular matrix the pseudo-inverse."""
    matrix, right = whole.cpu().numpy().copy(), slope.double().cpu().numpy()
    matrix.flat[:: len(matrix) + 1] += float(weight)
    try:
        found = scipy.linalg.cho_solve(scipy.linalg.cho_factor(matrix, check_finite=False), right, check_finite=False)
    except scipy.linalg.LinAlgError:
        found = scipy.linalg.lstsq(matrix, right, check_finite=False)[0]
    return torch.from_numpy(found).to(slope.device)


def downdate(whole: Tensor, slope: Tensor, square: Tensor) -> Tensor:
    """The Hessian of 1 - cosine at the truth, (G - a a^T) / ||g||^2, from G, a = J^T g / ||g||, and ||g||^2."""
    return (whole - torch.outer(slope, slope)) / square


def random_directions(count: int, size: int, *seed: object) -> Tensor:
    """(count, size) orthonormal rows in double precision, uniformly distributed."""
    draw = torch.randn(size, count, dtype=torch.float64, generator=generator("directions", *seed))
    basis, triangle = scipy.linalg.qr(draw.numpy(), mode="economic", check_finite=False)
    signs = torch.from_numpy(triangle.diagonal().copy()).sign()
    return (torch.from_numpy(basis) * signs).T.contiguous()
