"""Table 1: PSNR, LPIPS, SSIM and MSE of each attack on each method at three rounds, with the test accuracy beside them.

Claim of the paper (4.3): searching for flat minima lowers the fidelity of the reconstructions in every block.
Inputs: --metrics of `report.methods` x `report.attacks` at the rounds `table`, batch size 1; --checkpoints of the same
methods and rounds, for the accuracy.
Expect: at round 0 all methods but FedSAI hold the same model, so those differences measure the mismatch between the
gradient that is sent and the one the attacker models; read the accuracy beside each defence.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.figures.table_one import make
from flatgia.plotting.request import parse


def main(argv: Sequence[str] | None) -> None:
    make(parse("table1", __doc__, argv, "metrics", "checkpoints"))


if __name__ == "__main__":
    run(main)
