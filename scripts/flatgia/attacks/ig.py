"""IG, Inverting Gradients (Geiping et al. 2020): cosine distance, total variation, Adam in the box."""

from dataclasses import dataclass

from flatgia.attacks import descent
from flatgia.attacks.objectives import cosine_distance, total_variation
from flatgia.attacks.view import Attack, Attempt, View


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
        low, high = view.box()
        step = descent.matching_step(
            view, cosine_distance, lambda x: x, lambda x: self.tv * total_variation(x), self.restarts
        )
        (inputs,), cost, curve = descent.adam(
            step,
            (self.start * view.noise(self.restarts, view.shape),),
            self.learning_rate,
            self.steps,
            self.schedule,
            view.label,
            project=lambda variables: (variables[0].clamp(low, high),),
            signed=self.signed,
        )
        return Attempt(inputs, cost, curve)
