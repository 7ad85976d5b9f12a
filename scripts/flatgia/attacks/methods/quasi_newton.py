"""Gradient matching by L-BFGS on the pixels, from nearly grey, through ever weaker total variation; ours.

The objectives are those of iDLG and GI (squared error) and of IG (cosine, here also unit by unit); what is ours is how they
are minimised.
"""

from dataclasses import dataclass

import torch

from flatgia.attacks.optimisers.refine import refine
from flatgia.attacks.view import Attack, Attempt, View
from flatgia.gradients.objectives import OBJECTIVES


@dataclass(frozen=True)
class QuasiNewton(Attack):
    """`tv` holds the weights of the total variation, strong to weak, `steps` the steps with each; iDLG has the one weight 0."""

    objective: str
    tv: tuple[float, ...]
    steps: tuple[int, ...]
    restarts: int
    start: float  # deviation of the random start, in model inputs
    box: float = 0.0  # weight of what lies outside the range of images

    def run(self, view: View) -> Attempt:
        """All restarts of all targets as one batch."""
        inputs = self.start * view.noise(self.restarts, view.shape)
        never = torch.full((len(inputs),), torch.inf, device=inputs.device)
        start = Attempt(inputs, never, never.new_zeros(0, len(inputs)))
        return refine(view, OBJECTIVES[self.objective], start, self.restarts, self.tv, self.steps, self.box)
