"""The images the generator may see: those of the clients that are not attacked."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from flatgia.core.errors import FlatgiaError


def images_of_others(images: Tensor, labels: Tensor, config: Mapping[str, Any], seed: int) -> Tensor:
    """Of images (N, 3, 32, 32) with labels (N,), those of every client but `targets.client`: (M, 3, 32, 32)."""
    from flatgia.datasets.partition import client_indices

    attacked = config["targets"]["client"]
    shares = client_indices(labels, config["federation"], seed)
    others = [share for client, share in enumerate(shares) if client != attacked]
    if not others:
        what = "the generator needs images of clients that are not attacked, and there are none"
        raise FlatgiaError("config key federation.clients", what, "have two clients or more")
    return images[torch.cat(others)]
