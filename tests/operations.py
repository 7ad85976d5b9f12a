"""What the libraries make of fixed numbers under the portable instructions: a line of name and hash for each operation."""

import hashlib

from flatgia.core.cli import prepare_torch
from flatgia.core.compute import ALONE

prepare_torch(ALONE)

import numpy as np  # noqa: E402
import scipy.linalg  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

from flatgia.core.roots import root  # noqa: E402
from flatgia.gradients.jacobian import gram, random_directions, ridge  # noqa: E402


def channels_last(*tensors):
    """The same tensors, laid out as the generator's."""
    return [tensor.to(memory_format=torch.channels_last) for tensor in tensors]


def operations(dtype):
    """Name and result of each operation."""
    generator = torch.Generator().manual_seed(0)

    def draw(*shape):
        return torch.randn(*shape, generator=generator, dtype=dtype)

    left, right, square = draw(37, 129), draw(129, 65), draw(60, 60)
    symmetric, line = square + square.T, draw(5000)
    yield "product", left @ right
    yield "linear", F.linear(left, right.T.contiguous(), draw(65))
    yield "products", torch.bmm(draw(5, 17, 33), draw(5, 33, 9))
    yield "product with a vector", draw(100, 301) @ draw(301)
    yield "inner product", draw(1000) @ draw(1000)
    for name, function, images, weights in (
        ("convolution", lambda x, w: F.conv2d(x, w, padding=1), draw(4, 64, 16, 16), draw(64, 64, 3, 3)),
        ("1 x 1 convolution", F.conv2d, draw(4, 64, 16, 16), draw(3, 64, 1, 1)),
        (
            "channels last",
            lambda x, w: F.conv2d(x, w, padding=1),
            *channels_last(draw(8, 16, 16, 16), draw(16, 16, 3, 3)),
        ),
        ("grouped convolution", lambda x, w: F.conv2d(x, w, groups=4), draw(1, 40, 16, 16), draw(40, 10, 3, 3)),
        ("transposed", lambda x, w: F.conv_transpose2d(x, w, stride=2), draw(2, 64, 8, 8), draw(64, 32, 3, 3)),
    ):
        images.requires_grad_(), weights.requires_grad_()
        result = function(images, weights)
        result.square().sum().backward()
        yield from ((name, result), (f"{name}, images", images.grad), (f"{name}, weights", weights.grad))
    yield "eigenvalues", torch.linalg.eigvalsh(symmetric)
    yield "eigenvalues by SciPy", scipy.linalg.eigvalsh(symmetric.numpy())
    whole = gram(draw(150, 400))
    yield "Gram matrix by SciPy", whole
    yield "ridge by SciPy", ridge(whole, draw(150), 0.1)
    yield "random directions", random_directions(20, 150, "test")
    yield "eigenvectors", torch.linalg.eigh(symmetric)[1]
    yield "singular values", torch.linalg.svdvals(left)
    yield "solution", torch.linalg.solve(symmetric, draw(60))
    for name in ("exp", "tanh", "sin", "sum", "norm", "std", "cumsum"):
        yield name, getattr(line, name)(*([0] if name == "cumsum" else []))
    yield "log", line.abs().log()
    yield "power", line.abs() ** 1.7
    yield "root", root(line.abs())
    yield "softmax", draw(50, 10).softmax(1)
    yield "NumPy", np.exp(symmetric.numpy()) @ symmetric.numpy()
    yield "NumPy, sum", np.log(np.abs(line.numpy())).sum()


def main():
    """Prints them all."""
    for dtype in (torch.float32, torch.float64):
        for name, result in operations(dtype):
            array = result.detach().contiguous().numpy() if isinstance(result, torch.Tensor) else np.asarray(result)
            print(f"{dtype}, {name}: {hashlib.sha256(array.tobytes()).hexdigest()[:16]}")


if __name__ == "__main__":
    main()
