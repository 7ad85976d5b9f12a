"""Figure 8: LPIPS, MSE and SSIM of every attack on FedAvg over the rounds.

Claim of the paper (D.1): the three agree with PSNR: inversion gets harder as training goes on.
Inputs: --metrics of FedAvg x `report.attacks` at the rounds `table`, `curve` and `long`, batch size 1.
Expect: most of the change within the first rounds.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.figures.over_rounds import attacks_on_baseline
from flatgia.plotting.request import parse


def main(argv: Sequence[str] | None) -> None:
    attacks_on_baseline(parse("fig08", __doc__, argv, "metrics"))


if __name__ == "__main__":
    run(main)
