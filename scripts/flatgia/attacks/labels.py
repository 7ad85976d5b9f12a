"""Labels from the gradient: under cross-entropy dL/dz = p - onehot, whose negative entry is the label (after iDLG, Zhao et
al. 2020, and Wainakh et al. 2022)."""

from typing import Literal, NamedTuple

import torch
from torch import Tensor

from flatgia.attacks.head import Head, find_head, rows
from flatgia.attacks.victim import Victim
from flatgia.core.errors import FlatgiaError

SMALL = 1e-5  # of the largest entry of dL/dz: what rounding leaves where it should be nothing
Sure = Literal["exact", "guess"]  # exact: for one image under cross-entropy


class Evidence(NamedTuple):
    """dL/dz as a gradient shows it, up to a positive factor, averaged over the batch."""

    logits: Tensor  # (T, classes)
    usual: Tensor  # (classes,), the probabilities of noise
    rank: int  # of the head's weights' gradient: 1 behind one image; 0 where it is not known


class Labels(NamedTuple):
    """Labels (T, B), and how sure they are."""

    values: Tensor
    sure: Sure


def infer_labels(client: Victim, observed: tuple[Tensor, ...], batch: int, shape: tuple[int, ...]) -> Labels:
    """Labels of the images of `shape` (C, H, W) behind the gradients `observed`. Raises `FlatgiaError` if they do not show."""
    found = evidence(client, observed, shape)
    if found is None:
        what = "the gradient does not show the classes (no bias, no linear or convolutional head with features of one sign)"
        raise FlatgiaError("label inference", what, "give the labels, or the head a bias")
    return labels_from(found, batch)


def evidence(client: Victim, observed: tuple[Tensor, ...], shape: tuple[int, ...]) -> Evidence | None:
    """What the gradient of the head says of dL/dz, or None."""
    head, usual = find_head(client, shape)
    if head is None:
        return None
    gradient = observed[head.place] / head.scale
    if head.kind != "weight":
        seen = gradient.flatten(1)
        seen = torch.cat([-seen, seen], 1) if seen.shape[1] == 1 else seen  # one logit is class 1 against class 0
        hidden = head.kind == "signs" and not negatives(seen).all()  # by a ReLU, say: the label's entry is zero too
        return None if hidden else Evidence(seen, usual, 0)
    return _from_weights(torch.stack([rows(one, head.axis) for one in gradient]), usual, head)


def _from_weights(weights: Tensor, usual: Tensor, head: Head) -> Evidence | None:
    """From dL/dz times the features (T, classes, F): the sums over features that cannot be negative, else by the signs.

    Behind one image the rows are multiples of the features. One entry of p - onehot alone is negative, so of three classes
    and more the row that points away from all others is the label's, whatever the features' signs.
    """
    u, s, _ = torch.linalg.svd(weights.double(), full_matrices=False)
    rank = int((s > 1e-3 * s[:, :1]).sum(1).max())
    if head.nonnegative:
        return Evidence(weights.sum(2), usual, rank)
    first = (u[:, :, 0] * s[:, :1]).to(weights)
    negative = (first < -SMALL * first.abs().amax(1, keepdim=True)).sum(1)
    positive = (first > SMALL * first.abs().amax(1, keepdim=True)).sum(1)
    if weights.shape[1] < 3 or rank > 1 or not ((negative == 1) ^ (positive == 1)).all():
        return None
    return Evidence(torch.where((negative == 1)[:, None], first, -first), usual, rank)


def negatives(logits: Tensor) -> Tensor:
    """How many entries (T,) of dL/dz (T, classes) are negative, rounding aside."""
    return (logits < -SMALL * logits.abs().amax(1, keepdim=True)).sum(1)


def labels_from(found: Evidence, batch: int) -> Labels:
    """The least entries of dL/dz. A batch's mean is mean(p) - counts / B, where mean(p) is guessed to be that of noise."""
    if batch == 1:
        sure = bool((negatives(found.logits) == 1).all()) and found.rank < 2
        return Labels(found.logits.argmin(1, keepdim=True), "exact" if sure else "guess")
    left = found.logits - found.usual
    chosen = []
    seen = found.logits < 0
    for _ in range(batch):
        # Each class with a negative entry is there once; the others are those that are still lacking most.
        left_now = torch.where(seen, left - 2, left)
        label = left_now.argmin(1)
        chosen.append(label)
        seen = seen & ~torch.nn.functional.one_hot(label, seen.shape[1]).bool()
        left = left + torch.nn.functional.one_hot(label, left.shape[1]) / batch
    return Labels(torch.stack(chosen, 1).sort(1).values, "guess")
