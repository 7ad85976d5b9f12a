"""iDLG, Improved Deep Leakage from Gradients (Zhao et al. 2020): squared error and L-BFGS, no prior, no box."""

from dataclasses import dataclass
from typing import Literal

from flatgia.attacks.optimisers.lbfgs import lbfgs
from flatgia.attacks.optimisers.pixels import descend, pixel_step
from flatgia.attacks.priors import Prior
from flatgia.attacks.view import Attack, Attempt, View
from flatgia.core.parameters import Count, Nonnegative, Positive, Whole
from flatgia.gradients.objectives import squared_error


@dataclass(frozen=True)
class IDLG(Attack):
    """`optimiser` lbfgs is the original; adam with steps x0.1 at 3/8, 5/8 and 7/8, in the box, the later code's."""

    optimiser: Literal["lbfgs", "adam"]
    """`lbfgs` without a line search is the original; `adam` is inferred."""
    learning_rate: Positive
    """1.0 in the original code."""
    steps: Count
    """Of `lbfgs` the outer steps: 300 in the original code."""
    restarts: Count
    """Random starts; that of least gradient cost gives the answer."""
    start: Nonnegative
    """Deviation of the random start, in model inputs: 1 in the original code."""
    inner_steps: Count = 20
    """`lbfgs`: steps within one; torch's default, which the original uses."""
    history: Count = 100
    """`lbfgs`: pairs it remembers; torch's default, which the original uses."""
    retries: Whole = 3
    """`lbfgs`: how often a candidate that diverges is run again at a tenth of the rate; ours."""

    def run(self, view: View) -> Attempt:
        """All restarts of all targets as one batch."""
        if self.optimiser == "adam":
            by = self.start, self.learning_rate, self.steps, "multistep"
            return descend(view, squared_error, self.restarts, Prior(), *by)
        step = pixel_step(view, squared_error, self.restarts, Prior())
        start, steps = self.start * view.noise(self.restarts, view.shape), self.steps * self.inner_steps
        numbers = self.learning_rate, steps, self.history, view.label, self.retries
        return Attempt(*lbfgs(step, start, *numbers, view.direction))
