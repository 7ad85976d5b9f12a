"""Table 2: the hyperparameters and the federated setting, as the config of this run has them.

Claim of the paper (C.1): these are its settings. At another scale than the paper's the values differ, and the
notes say so.
Inputs: none but the config.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.figures.table_two import make
from flatgia.plotting.request import parse


def main(argv: Sequence[str] | None) -> None:
    make(parse("table2", __doc__, argv))


if __name__ == "__main__":
    run(main)
