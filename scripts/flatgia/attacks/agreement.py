"""How well the attacker's model of a client explains the observed gradient: at its answer, and at the truth."""

import torch
from torch import Tensor

from flatgia.attacks.view import View
from flatgia.gradients.objectives import cosine_distance


def distances(view: View, inputs: Tensor) -> Tensor:
    """Cosine distance (T,) of the gradient modelled for model inputs (T, B, C, H, W) from the observed one.

    At the truth it is 0 for an attacker who models the client rightly; an answer below the truth's fits the model's error.
    """
    found = []
    for place, (one, labels) in enumerate(zip(inputs, view.labels, strict=True)):
        modelled = list(view.gradient(one, labels).values())
        found.append(cosine_distance(modelled, [tensor[place] for tensor in view.observed]))
    return torch.stack(found).detach()
