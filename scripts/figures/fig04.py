"""Figure 4: the four metrics against the perturbation radius rho of FedSAM; rho = 0 is FedAvg.

Claim of the paper (5.2): the larger rho, the worse the reconstruction; rho = 0.05 is close to FedAvg.
Inputs: --metrics of `report.rho.methods` x `report.rho.attack` at the rounds `table`, batch size 1.
Expect: a trend at round 0 too, where all these methods share one model: there it cannot come from flat minima, only
from the distance between the gradient that is sent and the one the attacker models. The paper does not say which
round it shows, so each round of the table has its line.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.figures.ablations import metrics_over_rho
from flatgia.plotting.request import parse


def main(argv: Sequence[str] | None) -> None:
    metrics_over_rho(parse("fig04", __doc__, argv, "metrics"))


if __name__ == "__main__":
    run(main)
