"""Figure 3: the log determinant of the Hessian over the rounds, a line per method.

Claim of the paper (5.1): the methods that search for flat minima lie below FedAvg and vary less in later rounds, and
FedSAI starts below the others.
Inputs: --hessian of `report.methods` at the rounds `table`, `curve` and `long`.
Expect: at round 0 all methods but FedSAI share the same model, so their lines start at one point.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.figures.curvature import over_rounds
from flatgia.plotting.request import parse


def main(argv: Sequence[str] | None) -> None:
    over_rounds(parse("fig03", __doc__, argv, "hessian"))


if __name__ == "__main__":
    run(main)
