"""Figure 1: on FedAvg, (a) PSNR of every attack and (b) the log determinant of the Hessian over the rounds.

Claim of the paper (4.2): both are highest at the initial model, fall early and then stay, as Theorem 3.1 suggests.
Inputs: --metrics of FedAvg x `report.attacks` and --hessian of FedAvg, at the rounds `table` and `long`, batch size 1.
Expect: that shape; two curves falling together are no proof that one causes the other. The surrogate counts the
eigenvalues above the root of the damping and cannot fall below the dotted floor.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.figures.baseline import psnr_and_hessian
from flatgia.plotting.request import parse


def main(argv: Sequence[str] | None) -> None:
    psnr_and_hessian(parse("fig01", __doc__, argv, "metrics", "hessian"))


if __name__ == "__main__":
    run(main)
