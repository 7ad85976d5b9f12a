"""The images the generator may see: those of the clients that are not attacked."""

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
