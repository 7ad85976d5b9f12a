"""iDLG, Improved Deep Leakage from Gradients (Zhao et al. 2020): squared error and L-BFGS, no prior, no box."""

from dataclasses import dataclass

from flatgia.attacks import descent
from flatgia.attacks.lbfgs import lbfgs
from flatgia.attacks.objectives import squared_error
from flatgia.attacks.view import Attack, Attempt, View


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
        step = descent.matching_step(view, squared_error, lambda x: x, lambda x: x.sum() * 0, self.restarts)
        start = self.start * view.noise(self.restarts, view.shape)
        if self.optimiser == "lbfgs":
            steps = self.steps * self.inner_steps
            inputs, cost, curve = lbfgs(
                step, start, self.learning_rate, steps, self.history, view.label, self.retries, view.direction
            )
            return Attempt(inputs, cost, curve)
        low, high = view.box()
        (inputs,), cost, curve = descent.adam(
            step,
            (start,),
            self.learning_rate,
            self.steps,
            "multistep",
            view.label,
            project=lambda variables: (variables[0].clamp(low, high),),
        )
        return Attempt(inputs, cost, curve)
