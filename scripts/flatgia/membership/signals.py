"""What an attacker computes from the logits of a model and the true label."""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import softplus


class Signals(NamedTuple):
    """Of I images, float64 (I,): scaled confidence, entropy and modified entropy in nats; and whether each is right."""

    phi: Tensor
    entropy: Tensor
    modified: Tensor
    correct: Tensor


def signals(logits: Tensor, labels: Tensor) -> Signals:
    """Of logits (I, C) and labels (I,).

    phi = log(p_y / (1 - p_y)) (Carlini et al. 2022); modified entropy -(1 - p_y) log p_y - sum_{i != y} p_i log(1 - p_i)
    (Song & Mittal 2021). Both from log-sums, so that neither saturates where p_y rounds to 1.
    """
    z = logits.double()
    odds = torch.stack([z[:, c] - torch.logsumexp(_without(z, c), 1) for c in range(z.shape[1])], 1)
    log_p, log_rest = -softplus(-odds), -softplus(odds)
    p = log_p.exp()
    row = labels[:, None]
    phi = odds.gather(1, row)[:, 0]
    every = -(p * log_rest).sum(1)
    own = (-p * log_rest).gather(1, row)[:, 0]
    modified = every - own - (log_rest.exp() * log_p).gather(1, row)[:, 0]
    return Signals(phi, -(p * log_p).sum(1), modified, z.argmax(1) == labels)


def _without(z: Tensor, column: int) -> Tensor:
    return torch.cat([z[:, :column], z[:, column + 1 :]], 1)
