"""The images the generator may see: those of the clients that are not attacked."""

from pathlib import Path

import torch
from torch import Tensor

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.partition import client_indices
from flatgia.settings.sections import Federation


def images_of_others(images: Tensor, labels: Tensor, federation: Federation, attacked: int, seed: int) -> Tensor:
    """Of images (N, 3, 32, 32) with labels (N,), those of every client but `attacked`: (M, 3, 32, 32)."""
    shares = client_indices(labels, federation, seed)
    others = [share for client, share in enumerate(shares) if client != attacked]
    if not others:
        what = "the generator needs images of clients that are not attacked, and there are none"
        raise FlatgiaError("config key federation.clients", what, "have two clients or more")
    return images[torch.cat(others)]


def check_images(images: Tensor, where: Path) -> None:
    """Raises `FlatgiaError` unless they are what the generator makes: 3 x 32 x 32."""
    if images.shape[1:] != (3, 32, 32):
        size = " x ".join(map(str, images.shape[1:]))
        what = f"images of {size}, and the generator of GIAS and GIFD makes 3 x 32 x 32"
        raise FlatgiaError(where, what, "leave attacks that search in a generator out of `report` and `studies`")
