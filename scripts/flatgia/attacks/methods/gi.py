"""GI, GradInversion (Yin et al. 2021): squared error with image priors.

In a LeNet its batch-norm prior has nothing to act on: it differs from iDLG there by its optimiser and by two small priors.
"""

from dataclasses import dataclass

from flatgia.attacks.optimisers.descent import Schedule
from flatgia.attacks.optimisers.pixels import Group, descend
from flatgia.attacks.priors import Prior
from flatgia.attacks.view import Attack, Attempt, View
from flatgia.core.parameters import Count, Nonnegative, Positive, Whole
from flatgia.gradients.objectives import mean_of_tensors


@dataclass(frozen=True)
class GI(Attack):
    """Its squared error is divided by the number of tensors, as in the GIFD code."""

    learning_rate: Positive
    """Of Adam."""
    schedule: Schedule
    """`multistep`: x 0.1 at 3/8, 5/8 and 7/8 of the steps."""
    steps: Count
    """15,000 in the GIFD code."""
    restarts: Count
    """Random starts; that of least gradient cost gives the answer."""
    start: Nonnegative
    """Deviation of the random start, in model inputs."""
    tv: Nonnegative
    """Weight of the total variation, mean |dx| + mean |dy|, in model inputs."""
    l2: Nonnegative
    """Weight of the image's Euclidean norm."""
    bn: Nonnegative = 0.0
    """Weight of the statistics before each batch norm, mean and variance, from what the attacker takes them to be; 0.1 in
    the paper."""
    group: Nonnegative = 0.0
    """Weight of a restart's Euclidean distance from the mean of all; 0.01 in the paper."""
    group_from: Whole = 500
    """The step from which on it counts; 500 in the GIFD code."""

    def run(self, view: View) -> Attempt:
        """All restarts of all targets as one batch."""
        numbers = self.start, self.learning_rate, self.steps, self.schedule
        prior = Prior(tv=self.tv, l2=self.l2, bn=self.bn)
        group = Group(self.group, self.group_from)
        return descend(view, mean_of_tensors, self.restarts, prior, *numbers, group=group)
