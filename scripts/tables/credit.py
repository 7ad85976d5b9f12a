"""credit: the attacks beside themselves with published settings, and the generative ones with an untrained generator.

Claim of the paper (Table 1): GIAS and GIFD reconstruct best; it does not say what of that is the generator.
Inputs: --metrics and --attacks of `report.credit` at the first round, batch size 1; --reported config/reported/table1.csv.
Expect: what published settings reach too is not owed to ours, nor what an untrained generator reaches to the training.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.request import parse
from flatgia.studies.credit.table import make


def main(argv: Sequence[str] | None) -> None:
    make(parse("credit", __doc__, argv, "metrics", "attacks", "reported"))


if __name__ == "__main__":
    run(main)
