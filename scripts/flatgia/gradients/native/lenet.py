"""Gradients of LeNet and their derivatives on dense tensors; the C++ does the work.

All weights lie in one vector of P = 8,136 + 769 x classes numbers, in the order of the network's parameters, on the CPU. They
are float32 or float64; what comes with them is converted to that.
"""

import ctypes
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from flatgia.gradients.native.library import load_library
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import Params

IMAGE = (3, 32, 32)
with torch.device("meta"):  # no weights are drawn
    NAMES = tuple(name for name, _ in LeNet().named_parameters())
BODY, FEATURES = 8136, 768  # as layers.h: weights before the head, inputs of the head


def flat(params: Params) -> Tensor:
    """All parameters as one vector (P,), whatever their order."""
    return torch.cat([params[name].reshape(-1) for name in NAMES])


def like(params: Mapping[str, Tensor], vector: Tensor) -> Params:
    """A vector (P,) as parameters of the same shapes; views."""
    pieces = vector.split([params[name].numel() for name in NAMES])
    shaped = {name: piece.view(params[name].shape) for name, piece in zip(NAMES, pieces, strict=True)}
    return {name: shaped[name] for name in params}


def gradients(
    images: Tensor, labels: Tensor, weights: Tensor, share: float, total: bool = False, keep: bool = True
) -> tuple[Tensor, Tensor | None]:
    """The gradients of `share` times each image's cross-entropy, (n, P) or their sum (P,), and what `derivatives` needs.

    Images (n, 3, 32, 32), labels (n,), weights (P,) for all or (n, P). Without `keep` there is no second.
    """
    weights, labels = weights.contiguous(), labels.long().contiguous()
    images = _beside(weights, images)
    _check(images, labels, weights)
    count, classes = len(images), classes_of(weights)
    lanes, size = _call("lanes", weights)(), _call("state_bytes", weights)(classes)
    states = _aligned(size * -(-count // lanes)) if keep else None
    out = weights.new_empty(weights.shape[-1:] if total else (count, weights.shape[-1]))
    own = weights.dim() == 2
    _call("gradients", weights)(
        count,
        classes,
        *map(_at, (images, labels, weights)),
        own,
        ctypes.c_double(share),
        _at(states),
        _at(out),
        total,
    )
    return out, states


def derivatives(
    count: int, states: Tensor, weights: Tensor, direction: Tensor, images: bool, gradient: bool, total: bool = False
) -> tuple[Tensor | None, Tensor | None]:
    """Along a `direction` of the weights, (P,) or (n, P): the derivative of each image's loss by the image (n, 3, 32, 32) if
    `images`, and that of its gradient, the Hessian times the direction, (n, P) or the sum (P,), if `gradient`.

    The first is also what a gradient with respect to each image is of (gradient . direction).
    """
    weights = weights.contiguous()
    direction = _beside(weights, direction)
    if direction.shape not in {weights.shape[-1:], (count, weights.shape[-1])}:
        raise ValueError(f"LeNet in lanes: a direction of shape {tuple(direction.shape)} for {count} images")
    by_image = weights.new_empty(count, *IMAGE) if images else None
    shape = weights.shape[-1:] if total else (count, weights.shape[-1])
    product = weights.new_empty(shape) if gradient else None
    own, theirs = weights.dim() == 2, direction.dim() == 2
    _call("derivatives", weights)(
        count,
        classes_of(weights),
        *map(_at, (states, weights)),
        own,
        _at(direction),
        theirs,
        _at(by_image),
        _at(product),
        total,
    )
    return by_image, product


def along(
    image: Tensor, label: Tensor, weights: Tensor, share: float, images: Tensor | None, directions: Tensor | None
) -> Tensor:
    """The derivatives (n, P) of `share` times the gradient of one image (3, 32, 32), label (), by weights (P,).

    Along `images` (n, 3, 32, 32) in the space of the image and `directions` (n, P) in that of the weights; one may be None.
    """
    weights = weights.contiguous()
    image = _beside(weights, image)
    _check(image[None], label[None], weights)
    images, directions = (None if along is None else _beside(weights, along) for along in (images, directions))
    count = len(next(along for along in (images, directions) if along is not None))
    shapes = {IMAGE: images, weights.shape: directions}
    if any(along is not None and along.shape != (count, *shape) for shape, along in shapes.items()):
        raise ValueError("LeNet in lanes: directions of another shape than the image and the weights")
    out = weights.new_empty(count, len(weights))
    arrays = [_at(tensor) for tensor in (images, directions, out)]
    where = [_at(image), ctypes.c_int64(int(label)), _at(weights), ctypes.c_double(share)]
    _call("along", weights)(count, classes_of(weights), *where, *arrays)
    return out


def match(
    number: int, images: Tensor, labels: Tensor, weights: Tensor, observed: Sequence[Tensor]
) -> tuple[Tensor, Tensor]:
    """Costs (n,) of the images' gradients against observed ones, and the costs' gradients by the images (n, 3, 32, 32).

    `number` is the objective's in matching.h; `observed` has one tensor (n, ...) a parameter, `weights` (P,) serve all.
    """
    weights, labels = weights.contiguous(), labels.long().contiguous()
    images, *seen = (_beside(weights, tensor) for tensor in (images, *observed))
    count, lengths = len(images), [tensor[0].numel() for tensor in seen]
    _check(images, labels, weights)
    if weights.dim() > 1 or sum(lengths) != len(weights) or {*map(len, seen)} != {count}:
        raise ValueError("LeNet in lanes: an observed gradient of another network, or weights of each image's own")
    sizes = (ctypes.c_int * len(seen))(*lengths)
    costs, by_image = weights.new_empty(count), weights.new_empty(count, *IMAGE)
    for part, half in _parts(count, _call("lanes", weights)()):
        pointers = (ctypes.c_void_p * len(seen))(*(tensor[part].data_ptr() for tensor in seen))
        arrays = [_at(tensor) for tensor in (images[part], labels[part], weights)]
        results = [_at(tensor) for tensor in (costs[part], by_image[part])]
        _call("match", weights, half)(
            len(costs[part]), classes_of(weights), *arrays, pointers, sizes, len(seen), number, *results
        )
    return costs, by_image


def _parts(count: int, lanes: int) -> list[tuple[slice, bool]]:
    """Which images are taken with full vectors, and which, at the end, with half ones (true)."""
    rest = count % lanes
    few = 0 < rest <= lanes // 2 and lanes > 4 and load_library(half=True) is not None
    whole = count - rest if few else count
    return [(slice(start, end), half) for start, end, half in [(0, whole, False), (whole, count, True)] if start < end]


def classes_of(weights: Tensor) -> int:
    """How many classes a network with these weights, (P,) or (n, P), tells apart."""
    return (weights.shape[-1] - BODY) // (FEATURES + 1)


def _check(images: Tensor, labels: Tensor, weights: Tensor) -> None:
    """Raises `ValueError` for what the C++ would read beyond its end, or take for something else."""
    count, size = len(labels), weights.shape[-1]
    shaped = images.shape == (count, *IMAGE) and weights.shape in {(size,), (count, size)}
    if not shaped or (size - BODY) % (FEATURES + 1) or labels.amin() < 0 or labels.amax() >= classes_of(weights):
        shapes = [tuple(tensor.shape) for tensor in (images, labels, weights)]
        raise ValueError(f"LeNet in lanes: images, labels and weights of shapes {shapes}, or labels beyond the classes")


def _beside(weights: Tensor, tensor: Tensor) -> Tensor:
    """As the C++ reads it: of the weights' type, dense."""
    return tensor.to(weights.dtype).contiguous()


def _aligned(size: int) -> Tensor:
    """Bytes that begin where a vector may."""
    raw = torch.empty(size + 64, dtype=torch.uint8)
    start = -raw.data_ptr() % 64
    return raw[start : start + size]


def _at(tensor: Tensor | None) -> ctypes.c_void_p:
    return ctypes.c_void_p(None if tensor is None else tensor.data_ptr())


def _call(name: str, weights: Tensor, half: bool = False) -> Callable:
    function = getattr(load_library(half), f"{name}_{str(weights.dtype).removeprefix('torch.')}")
    function.restype = ctypes.c_int64
    return function
