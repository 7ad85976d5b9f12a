"""What a network takes: channels, height and width are tried out before an option is blamed."""

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from flatgia.core.errors import FlatgiaError

USUAL = (32, 28, 64, 224, 96, 128, 256, 299, 48, 16, 8)  # sizes that data sets and architectures have
LARGEST = 512  # pixels a side; an attack on more would not fit into memory
Shape = tuple[int, int, int]  # C, H, W


def find_shape(network: nn.Module, size: tuple[int, int] | None, picture: tuple[int, int] | None) -> tuple[Shape, str]:
    """The shape of a network's images, and why: `size` if given, else the picture's own (H, W), else what works.

    Raises `FlatgiaError` if the network takes no such images, or gives no row of numbers for one.
    """
    like = next(network.parameters())
    if size and not all(1 <= side <= LARGEST for side in size):
        raise FlatgiaError("--size", f"{text(size)} is no size of an image here", f"give 1 to {LARGEST}")
    last = None
    for shape, why in candidates(network, size, picture):
        try:
            check_output(forward(network, torch.zeros(1, *shape, dtype=like.dtype, device=like.device)))
            return shape, why
        except FlatgiaError:
            raise
        except Exception as error:  # whatever the code of a user's raises
            last = last or error
    if size is None:
        what = f"the network takes no images of any size that was tried ({first_line(last)})"
        raise FlatgiaError("--model", what, "mend its forward, or give --size HEIGHT WIDTH")
    what = f"the network takes no images of {text(size)} pixels"
    try:
        works = text(find_shape(network, None, picture)[0][1:])
    except FlatgiaError:
        what += f", nor of any other size that was tried ({first_line(last)})"
        raise FlatgiaError("--size", what, "give the size it was made for, or mend its forward") from None
    raise FlatgiaError("--size", f"{what} ({first_line(last)})", f"give the size it was made for; it takes {works}")


def candidates(
    network: nn.Module, size: tuple[int, int] | None, picture: tuple[int, int] | None
) -> Iterator[tuple[Shape, str]]:
    """Shapes to try, the likeliest first, each with its reason."""
    channels = channels_of(network)
    if size:
        yield from (((count, *size), "as --size says") for count in channels)
        return
    if picture and max(picture) <= LARGEST:
        yield from (((count, *picture), "the picture's own size") for count in channels)
    usual = (224, *USUAL) if picture and max(picture) > LARGEST else USUAL  # a photograph
    flat = next((m.in_features for m in network.modules() if isinstance(m, nn.Linear)), 0)
    for side in (*usual, *(math.isqrt(flat // count) for count in channels), *range(4, 257)):
        for count in channels if side else ():
            yield (count, side, side), "a usual size that the network takes; --size says another"


def channels_of(network: nn.Module) -> list[int]:
    """How many channels images may have: as the first convolution says, else three or one."""
    convolutions = (m for m in network.modules() if isinstance(m, nn.Conv2d))
    first = next((m.in_channels for m in convolutions), None)
    return list(dict.fromkeys(filter(None, (first, 3, 1))))


def forward(network: nn.Module, inputs: Tensor) -> Tensor:
    """The network's output, without a gradient and in the mode that it is in."""
    with torch.no_grad():
        found: Tensor = network(inputs)
    return found


def check_output(found: object) -> None:
    """Raises `FlatgiaError` unless it is one row of logits for one image, or one logit."""
    if isinstance(found, Tensor) and found.is_floating_point():
        row = found.dim() == 2 and len(found) == 1
        if row or (found.dim() == 1 and len(found) == 1):  # a binary classifier may drop its axis of classes
            return
    gives = f"of shape {tuple(found.shape)}" if isinstance(found, Tensor) else f"of type {type(found).__name__}"
    what = f"for one image the network gives an output {gives}, not one row of numbers"
    raise FlatgiaError("--model", what, "let forward return a tensor (images, classes)")


def text(size: tuple[int, ...]) -> str:
    """`32 x 32`."""
    return " x ".join(map(str, size))


def first_line(error: BaseException | None) -> str:
    """An exception in a sentence."""
    return next(iter(str(error).splitlines()), type(error).__name__)
