"""From shares of classes to counts: whole numbers that are not negative and sum to a client's images."""

import torch
from torch import Tensor


def whole(shares: Tensor, images: int) -> Tensor:
    """The counts (N, K) nearest to images * shares, by largest remainders after what is negative is cut off."""
    wanted = (shares.double().nan_to_num() * images).clamp(min=0)
    total = wanted.sum(1, keepdim=True)
    wanted = torch.where(
        total > 0, wanted * images / total.clamp(min=1e-30), torch.full_like(wanted, images / wanted.shape[1])
    )
    # Scaling would move counts that are right but for one: where the rounded ones sum up they stay.
    plain = (shares.double().nan_to_num() * images).clamp(min=0).round()
    found = wanted.floor()
    missing = images - found.sum(1)
    rank = (wanted - found).argsort(dim=1, descending=True, stable=True).argsort(dim=1)
    found += rank < missing[:, None]
    return torch.where(plain.sum(1, keepdim=True) == images, plain, found).long()


def unscaled(columns: Tensor, probabilities: Tensor, images: int) -> Tensor:
    """The counts (N, K) behind X = s (p - n / B) with a scale s > 0 unknown for each client, as clipping and weights leave it.

    Each whole number for the class of the largest |X| gives one s; the one that brings the others nearest to whole numbers
    in [0, B] is taken.
    """
    columns, probabilities = columns.double(), probabilities.double()
    largest = columns.abs().argmax(1, keepdim=True)
    tried = torch.arange(images + 1, dtype=torch.float64)
    top, at = columns.gather(1, largest), probabilities.gather(1, largest)
    inverse = (images * at - tried) / torch.where(top == 0, torch.ones_like(top), top)  # B / s, (N, B + 1)
    counts = images * probabilities[:, None] - inverse[..., None] * columns[:, None]  # (N, B + 1, K)
    nearest = counts.round().clamp(0, images)
    misfit = (counts - nearest).square().sum(2) + torch.where(inverse > 0, 0.0, float("inf"))
    best = misfit.argmin(1)
    return whole(counts[torch.arange(len(counts)), best] / images, images)


def right(found: Tensor, truth: Tensor) -> Tensor:
    """(N,): the share of each client's labels that a multiset of as many gets right."""
    return torch.minimum(found, truth).sum(1).double() / truth.sum(1)
