"""compare: each of the 300 numbers of the paper's Table 1 beside ours, with a verdict in words, and one picture.

Claim of the paper (Table 1): every method that searches for flat minima defends better than FedAvg in every block.
Inputs: --metrics of `report.methods` x `report.attacks` at the rounds `table`, batch size 1; --reported
config/reported/table1.csv.
Expect: at another scale than the paper's the rounds differ and are paired by their place in the table;
the output says so.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.figures.compare import make
from flatgia.plotting.request import parse


def main(argv: Sequence[str] | None) -> None:
    make(parse("compare", __doc__, argv, "metrics", "reported"))


if __name__ == "__main__":
    run(main)
