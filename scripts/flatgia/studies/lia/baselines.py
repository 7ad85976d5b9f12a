"""What an honest server finds: the labels of all clients together by known rules, and those of one from its own gradient."""

import torch
from torch import Tensor

from flatgia.studies.lia.counts import whole


def ilrg(weight: Tensor, bias: Tensor, head_weight: Tensor, head_bias: Tensor, images: int) -> Tensor:
    """Counts (K,) from a batch's last-layer gradients, (K, d) and (K,): iLRG (Ma et al. 2023).

    A class's row of the one over its entry of the other is its mean embedding; those give the probabilities p, and
    n = B (p - g_b).
    """
    told = bias.abs() > 1e-9
    if not told.any():
        return whole(torch.full((1, len(bias)), 1 / len(bias)), images)[0]
    embedding = (weight[told] / bias[told, None]).double().median(0).values
    probabilities = (head_weight.double() @ embedding + head_bias.double()).softmax(0)
    return whole((probabilities - bias.double())[None], images)[0]


def llg(bias: Tensor, images: int) -> Tensor:
    """Counts (K,) of a batch from the gradient of the last biases, by the rule of LLG (Wainakh et al. 2022).

    With m = (1 + 1/K) / B times the sum of the negative entries, as of an untrained network, each class takes a label for
    each m that its entry lies below zero; the smallest entries take what is left.
    """
    rest, found = bias.double().clone(), torch.zeros(len(bias), dtype=torch.long)
    impact = rest.clamp(max=0).sum() * (1 + 1 / len(bias)) / images
    if impact == 0:
        return whole(torch.full((1, len(bias)), 1 / len(bias)), images)[0]
    for label in (rest < 0).nonzero()[:, 0].tolist():
        found[label] += 1
        rest[label] -= impact
    while found.sum() < images:
        label = int(rest.argmin())
        found[label] += 1
        rest[label] -= impact
    return found
