"""credit: the generative attacks beside the same attacks with an untrained generator, and beside IG without one.

Claim of the paper (Table 1): GIAS and GIFD reconstruct best; it does not say what of that is the prior.
Inputs: --metrics and --attacks of `report.credit` at the first round, batch size 1.
Expect: what an untrained generator reaches too is not owed to the prior's training.
"""

from collections.abc import Sequence

from flatgia.cli import run
from flatgia.report.credit import make
from flatgia.report.request import parse


def main(argv: Sequence[str] | None) -> None:
    make(parse("credit", __doc__, argv, "metrics", "attacks"))


if __name__ == "__main__":
    run(main)
