"""The shifts beta_i that tell clients apart: how the rows of E, the embeddings that they make, are placed."""

from typing import Literal

import torch
from torch import Tensor

from flatgia.core.errors import FlatgiaError
from flatgia.core.seeds import generator

Design = Literal["simplex", "blocks", "random"]


def shifts(design: Design, beta: Tensor, clients: int, strength: float, rectified: bool, *seed: object) -> Tensor:
    """(N, C): beta_i of each client, each channel moved by `strength` in root mean square (but for what keeps a ReLU open).

    `simplex`: directions as far from each other as can be, so that (E, 1) is orthogonal; `random`: normal ones; `blocks`:
    each client has channels of its own, open by `strength` while all others are closed by as much. The first two begin at the
    honest beta, raised where a ReLU behind the norm would cut them (`rectified`).
    """
    channels, draw = len(beta), generator("lia", "design", design, *seed)
    if design == "blocks":
        owner = torch.arange(channels) * clients // channels if clients <= channels else torch.arange(channels)
        opened = owner[None] == torch.arange(clients)[:, None]
        return torch.where(opened, strength, -strength if rectified else 0.0).to(beta)
    directions = torch.randn(clients, channels, dtype=torch.float64, generator=draw)
    if design == "simplex" and clients <= channels + 1:
        directions = _simplex(clients, channels, draw)
    directions *= (channels**0.5 / directions.norm(dim=1, keepdim=True)) * strength
    start = beta.double().cpu()
    if rectified:
        start = torch.maximum(start, directions.abs().max() * 1.01)
    return (start + directions).to(beta)


def _simplex(clients: int, channels: int, draw: torch.Generator) -> Tensor:
    """Rows (N, C) of mean zero and equal angles, turned at random: the corners of a regular simplex."""
    square = torch.eye(clients, dtype=torch.float64) - 1 / clients
    corners = torch.linalg.svd(square)[0][:, : clients - 1]  # (N, N - 1), orthonormal and orthogonal to ones
    basis = torch.linalg.qr(torch.randn(channels, channels, dtype=torch.float64, generator=draw))[0][:, : clients - 1]
    return corners @ basis.T


def check_count(clients: int, channels: int, norm: str) -> None:
    """Raises `FlatgiaError` if so many clients cannot be told apart by the channels of the norm, and one for the bias."""
    if clients > channels + 1:
        what = f"{clients} clients, and the {channels} channels of {norm} tell {channels + 1} apart"
        raise FlatgiaError("lia", what, f"sum over {channels + 1} or fewer, or name a network with a wider norm")
