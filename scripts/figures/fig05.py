"""Figure 5: the log determinant of the Hessian against the perturbation radius rho of FedSAM; rho = 0 is FedAvg.

Claim of the paper (5.2): a larger rho leads to flatter minima.
Inputs: --hessian of `report.rho.methods` at the rounds `table`.
Expect: a level line at round 0, where all these methods share one model. The paper does not say which round it shows,
so each round of the table has its line.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.figures.curvature import over_rho
from flatgia.plotting.request import parse


def main(argv: Sequence[str] | None) -> None:
    over_rho(parse("fig05", __doc__, argv, "hessian"))


if __name__ == "__main__":
    run(main)
