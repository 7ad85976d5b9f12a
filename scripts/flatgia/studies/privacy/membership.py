"""Membership inference on one model, without shadow models: how far training images stand out from unseen ones."""

import numpy as np

from flatgia.membership.rates import Ranked, area, true_at
from flatgia.membership.signals import Signals

FALSE_POSITIVES = (0.01, 0.001)


def leakage(members: Signals, others: Signals) -> dict[str, float]:
    """AUC of the loss (Yeom et al. 2018) and of the modified entropy (Song and Mittal 2021), and the true positives of the
    loss at few false ones; shares, 0 to 1."""
    known = np.arange(len(members.phi) + len(others.phi)) < len(members.phi)
    # phi falls as the loss grows, so both rank alike.
    sides = {"loss": (members.phi, others.phi), "entropy": (-members.modified, -others.modified)}
    curves = {
        name: Ranked.of(np.concatenate([side.numpy() for side in pair]), known).curve() for name, pair in sides.items()
    }
    found = {f"auc_{name}": area(*curve) for name, curve in curves.items()}
    return found | {f"tpr_{rate:g}": true_at(*curves["loss"], rate) for rate in FALSE_POSITIVES}
