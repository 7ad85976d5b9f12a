"""Figure 6: the four metrics against the batch size, FedAvg beside FedSAM, at the first round of the table.

Claim of the paper (5.2): larger batches are harder to invert, and FedSAM adds to that (Theorem 3.2).
Inputs: --metrics of `report.batch.methods` x `report.batch.attacks` x `report.batch.sizes` at the first
round of `table`.
Expect: the labels of larger batches are given to the attacker, and scores are taken after the best permutation. At
round 0 both methods share one model: the gap between them is not one between minima.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.figures.ablations import metrics_over_batch
from flatgia.plotting.request import parse


def main(argv: Sequence[str] | None) -> None:
    metrics_over_batch(parse("fig06", __doc__, argv, "metrics"))


if __name__ == "__main__":
    run(main)
