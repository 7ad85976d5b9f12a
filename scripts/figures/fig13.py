"""Figure 13: LPIPS, MSE and SSIM over the rounds under the attack GIFD, a line per method.

Claim of the paper (D.2): FedAvg has the lowest LPIPS and MSE and the highest SSIM, so the others are harder to invert.
Inputs: --metrics of `report.methods` x gifd at the rounds `table` and `curve`, batch size 1.
Expect: at round 0 all methods but FedSAI share one model; the gap there is not one between minima.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.figures.over_rounds import methods_under
from flatgia.plotting.request import parse


def main(argv: Sequence[str] | None) -> None:
    methods_under(parse("fig13", __doc__, argv, "metrics"), "gifd")


if __name__ == "__main__":
    run(main)
