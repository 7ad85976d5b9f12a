"""Figure 7: one true image and its reconstructions, attacks down, methods across, PSNR under each.

Claim of the paper (5.3): reconstructions from the methods that search for flat minima are visibly worse than FedAvg's.
Inputs: --attacks of `report.methods` x `report.pictures.attacks` at the first round of `table`, batch size 1;
--targets.
Expect: one image is an illustration and no evidence. The paper does not name its round; here it is the first of the
table, where all methods but FedSAI share one model.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.figures.pictures import draw_pictures
from flatgia.plotting.request import parse


def main(argv: Sequence[str] | None) -> None:
    draw_pictures(parse("fig07", __doc__, argv, "attacks", "targets"))


if __name__ == "__main__":
    run(main)
