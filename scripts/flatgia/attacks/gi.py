"""GI, GradInversion (Yin et al. 2021): squared error with image priors.

Its batch-norm prior has nothing to act on in a LeNet, and its group term nothing to align in one image: both are left out,
so it differs from iDLG by its optimiser and by two small priors.
"""

from dataclasses import dataclass

from torch import Tensor

from flatgia.attacks import descent
from flatgia.attacks.objectives import image_norm, squared_error, total_variation
from flatgia.attacks.view import Attack, Attempt, View


@dataclass(frozen=True)
class GI(Attack):
    """Squared error divided by the number of tensors, as in the GIFD code."""

    learning_rate: float
    schedule: str
    steps: int
    restarts: int
    start: float  # deviation of the random start, in model inputs
    tv: float
    l2: float

    def run(self, view: View) -> Attempt:
        """All restarts of all targets as one batch."""
        low, high = view.box()
        step = descent.matching_step(
            view,
            lambda modelled, observed: squared_error(modelled, observed) / len(observed),
            lambda x: x,
            self._penalty,
            self.restarts,
        )
        (inputs,), cost, curve = descent.adam(
            step,
            (self.start * view.noise(self.restarts, view.shape),),
            self.learning_rate,
            self.steps,
            self.schedule,
            view.label,
            project=lambda variables: (variables[0].clamp(low, high),),
        )
        return Attempt(inputs, cost, curve)

    def _penalty(self, inputs: Tensor) -> Tensor:
        return self.tv * total_variation(inputs) + self.l2 * image_norm(inputs)
