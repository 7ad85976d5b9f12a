"""Which images each client holds in a round."""

import torch
from torch import Tensor

from flatgia.core.errors import FlatgiaError
from flatgia.core.seeds import generator


def deal(labels: Tensor, classes: int, clients: int, images: int, alpha: float, *seed: object) -> list[Tensor]:
    """Indices of `images` for each client, its classes by proportions from Dirichlet(alpha), each class drawn from those of it.

    A client holds no image twice, unless a class has too few; two clients may hold the same one. Raises `FlatgiaError` for
    labels outside the classes.
    """
    if len(labels) == 0 or int(labels.min()) < 0 or int(labels.max()) >= classes:
        what = (
            f"labels from {int(labels.min())} to {int(labels.max())}, and {classes} classes"
            if len(labels)
            else "no labels"
        )
        raise FlatgiaError("lia", what, "give labels from 0 to below the number of classes")
    members = [(labels == label).nonzero()[:, 0] for label in range(classes)]
    present = torch.tensor([float(len(found) > 0) for found in members], dtype=torch.float64)
    dealt = []
    for client in range(clients):
        draw = generator("lia", "images", *seed, client)
        share = torch._standard_gamma(torch.full((classes,), alpha, dtype=torch.float64), generator=draw) * present
        share = share + present * 1e-9
        chosen = torch.multinomial(share, images, replacement=True, generator=draw)
        parts = []
        for label, count in zip(*chosen.unique(return_counts=True), strict=True):
            found = members[int(label)]
            order = torch.randperm(len(found), generator=draw)
            parts.append(found[order[torch.arange(int(count)) % len(found)]])
        mixed = torch.cat(parts)
        dealt.append(mixed[torch.randperm(images, generator=draw)])
    return dealt


def subdivided(labels: Tensor, images: Tensor, parts: int) -> Tensor:
    """Labels of `parts` times as many classes: each is cut into equal parts by the brightness of its images."""
    brightness, found = images.flatten(1).double().mean(1), labels * parts
    for label in labels.unique(sorted=True):
        members = (labels == label).nonzero()[:, 0]
        rank = brightness[members].argsort(stable=True).argsort()
        found[members] += rank * parts // len(members)
    return found
