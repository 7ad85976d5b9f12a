"""Gradient matching by L-BFGS on the pixels, from nearly grey, through ever weaker total variation; ours.

The objectives are those of iDLG and GI (squared error) and of IG (cosine, here also unit by unit); what is ours is how they
are minimised.
"""

from dataclasses import dataclass, replace

import torch

from flatgia.attacks.optimisers.refine import refine
from flatgia.attacks.view import Attack, Attempt, View
from flatgia.core.parameters import Count, Counts, Nonnegative, Weights
from flatgia.gradients.objectives import OBJECTIVES, ObjectiveName


@dataclass(frozen=True)
class QuasiNewton(Attack):
    """`tv` holds the weights of the total variation, strong to weak, `steps` the steps with each; iDLG has the one weight 0."""

    objective: ObjectiveName
    """`units`: 1 - cosine for the weights of each output unit by itself, ours."""
    tv: Weights
    """Weights of the total variation, strong to weak."""
    steps: Counts
    """Steps with each weight."""
    restarts: Count
    """Random starts; that of least gradient cost gives the answer."""
    start: Nonnegative
    """Deviation of the random start, in model inputs."""
    box: Nonnegative = 0.0
    """Weight of the mean square outside the range of images."""
    bn: Nonnegative = 0.0
    """Weight of the statistics before each batch norm, as in `gi`."""

    def scattered(self, scale: float) -> "QuasiNewton":
        """The same attack with random starts `scale` times as far from grey."""
        return replace(self, start=self.start * scale)

    def run(self, view: View) -> Attempt:
        """All restarts of all targets as one batch."""
        inputs = self.start * view.noise(self.restarts, view.shape)
        if view.first is not None:
            inputs = inputs + view.first.repeat_interleave(self.restarts, 0)
        never = torch.full((len(inputs),), torch.inf, device=inputs.device)
        start = Attempt(inputs, never, never.new_zeros(0, len(inputs)))
        return refine(view, OBJECTIVES[self.objective], start, self.restarts, self.tv, self.steps, self.box, self.bn)
