"""Membership inference on one model, without shadow models: how far training images stand out from unseen ones."""

import torch
from scipy.stats import rankdata
from torch import Tensor
from torch.nn.functional import log_softmax

FALSE_POSITIVES = (0.01, 0.001)


def member_scores(logits: Tensor, labels: Tensor) -> dict[str, Tensor]:
    """By attack, (N,) float64, higher for a likelier member: minus the loss (Yeom et al. 2018), minus the modified entropy
    (Song and Mittal 2021); logits (N, C), labels (N,)."""
    log_p = log_softmax(logits.double(), 1)
    true = torch.zeros_like(log_p).scatter_(1, labels[:, None], 1).bool()
    own = log_p[true]
    # log(1 - p) of the other classes; a probability of 1 has a finite, very small rest.
    rest = torch.log(-torch.expm1(log_p.clamp(max=-1e-15)))
    others = (log_p.exp() * rest).masked_fill(true, 0).sum(1)
    return {"loss": own, "entropy": -torch.expm1(own) * own + others}


def auc(members: Tensor, others: Tensor) -> float:
    """The probability that a member scores above another image, ties half: the area under the ROC curve, 0 to 1."""
    count = len(members)
    ranks = rankdata(torch.cat([members, others]).numpy())
    return float((ranks[:count].sum() - count * (count + 1) / 2) / (count * len(others)))


def true_positives(members: Tensor, others: Tensor, rate: float) -> float:
    """Share of members above the threshold that at most `rate` of the others pass, 0 to 1."""
    passing = int(rate * len(others))
    threshold = others.sort(descending=True).values[passing] if passing < len(others) else -torch.inf
    return float((members > threshold).double().mean())


def leakage(members: dict[str, Tensor], others: dict[str, Tensor]) -> dict[str, float]:
    """AUC of each attack, and the true positives of the loss at few false ones."""
    found = {f"auc_{name}": auc(members[name], others[name]) for name in members}
    return found | {f"tpr_{rate:g}": true_positives(members["loss"], others["loss"], rate) for rate in FALSE_POSITIVES}
