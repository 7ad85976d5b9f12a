"""iDLG, Improved Deep Leakage from Gradients (Zhao et al. 2020): squared error and L-BFGS, no prior, no box."""

from dataclasses import dataclass

from flatgia.attacks.optimisers.lbfgs import lbfgs
from flatgia.attacks.optimisers.pixels import descend, pixel_step
from flatgia.attacks.priors import Prior
from flatgia.attacks.view import Attack, Attempt, View
from flatgia.gradients.objectives import squared_error


@dataclass(frozen=True)
class IDLG(Attack):
    """`optimiser` lbfgs is the original; adam with steps x0.1 at 3/8, 5/8 and 7/8, in the box, the later code's."""

    optimiser: str
    learning_rate: float
    steps: int  # lbfgs: outer steps
    restarts: int
    start: float  # deviation of the random start, in model inputs
    inner_steps: int = 20
    history: int = 100
    retries: int = 3  # lbfgs: a candidate that diverges is run again at a tenth of the rate, this often

    def run(self, view: View) -> Attempt:
        """All restarts of all targets as one batch."""
        if self.optimiser == "adam":
            numbers = self.start, self.learning_rate, self.steps, "multistep"
            return descend(view, squared_error, self.restarts, Prior(), *numbers)
        step = pixel_step(view, squared_error, self.restarts, Prior())
        start, steps = self.start * view.noise(self.restarts, view.shape), self.steps * self.inner_steps
        numbers = self.learning_rate, steps, self.history, view.label, self.retries
        return Attempt(*lbfgs(step, start, *numbers, view.direction))
