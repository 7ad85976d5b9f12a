"""Figure 2: PSNR of the reconstructions over the rounds, a panel per attack, a line per method.

Claim of the paper (4.3, 5.1): the methods that search for flat minima stay below FedAvg for every attack and round.
Inputs: --metrics of `report.methods` x `report.attacks` at the rounds `table` and `curve`, batch size 1.
Expect: the largest gap at round 0. There all methods but FedSAI share the same model, so that gap cannot come from flat
minima: it is the distance between the gradient that is sent and the gradient that the attacker models.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.figures.over_rounds import psnr_per_attack
from flatgia.plotting.request import parse


def main(argv: Sequence[str] | None) -> None:
    psnr_per_attack(parse("fig02", __doc__, argv, "metrics"))


if __name__ == "__main__":
    run(main)
