"""IG, Inverting Gradients (Geiping et al. 2020): cosine distance, total variation, Adam in the box."""

from dataclasses import dataclass

from flatgia.attacks.optimisers.pixels import descend
from flatgia.attacks.priors import Prior
from flatgia.attacks.view import Attack, Attempt, View
from flatgia.gradients.objectives import cosine_distance


@dataclass(frozen=True)
class IG(Attack):
    """`signed` steps along the sign of the gradient, as the original; the GIAS and GIFD code does not."""

    learning_rate: float
    schedule: str
    signed: bool
    steps: int
    restarts: int
    start: float  # deviation of the random start, in model inputs
    tv: float

    def run(self, view: View) -> Attempt:
        """All restarts of all targets as one batch."""
        numbers = self.start, self.learning_rate, self.steps, self.schedule, self.signed
        return descend(view, cosine_distance, self.restarts, Prior(tv=self.tv), *numbers)
