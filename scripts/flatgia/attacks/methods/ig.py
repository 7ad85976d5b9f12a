"""IG, Inverting Gradients (Geiping et al. 2020): cosine distance, total variation, Adam in the box."""

from dataclasses import dataclass

from flatgia.attacks.optimisers.descent import Schedule
from flatgia.attacks.optimisers.pixels import descend
from flatgia.attacks.priors import Prior
from flatgia.attacks.view import Attack, Attempt, View
from flatgia.core.parameters import Count, Nonnegative, Positive
from flatgia.gradients.objectives import cosine_distance


@dataclass(frozen=True)
class IG(Attack):
    """`signed` steps along the sign of the gradient, as the original; the GIAS and GIFD code does not."""

    learning_rate: Positive
    """Of Adam."""
    schedule: Schedule
    """`multistep`: x 0.1 at 3/8, 5/8 and 7/8 of the steps."""
    signed: bool
    """Step along the sign of the gradient: the original does, the GIAS and GIFD code does not."""
    steps: Count
    """24,000 in the original, 15,000 in the GIAS and GIFD code."""
    restarts: Count
    """Random starts; that of least gradient cost gives the answer."""
    start: Nonnegative
    """Deviation of the random start, in model inputs."""
    tv: Nonnegative
    """Weight of the total variation, mean |dx| + mean |dy|, in model inputs."""

    def run(self, view: View) -> Attempt:
        """All restarts of all targets as one batch."""
        numbers = self.start, self.learning_rate, self.steps, self.schedule, self.signed
        return descend(view, cosine_distance, self.restarts, Prior(tv=self.tv), *numbers)
