"""J = dg/dx of one image by LeNet, 3,072 columns of 15,826 entries, and G = J^T J.

    python benchmarks/jacobian.py [--quick]

Beside a plain functorch Jacobian: PyTorch's forward mode over the same gradient, mapped over the columns in blocks of 256, and
its own product; once with all that the processor has, and once under the portable instructions, as ours runs.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import cases
from alternate import Side, alternate, options, write

from flatgia.core.instructions import PORTABLE

SIDES = [
    Side("flatgia", "jacobian.py", changes={"ours": True}, variables=PORTABLE),
    Side("functorch", "jacobian.py", changes={"ours": False}),
    Side("functorch, portable", "jacobian.py", changes={"ours": False}, variables=PORTABLE),
]


def main(argv: Sequence[str] | None = None) -> None:
    """Measures and writes results/jacobian.csv."""
    given = options(__doc__, 3).parse_args(argv)
    inputs, labels = cases.images(1)
    case = {"params": cases.model()[1], "inputs": inputs, "labels": labels, "columns": 64 if given.quick else 3072}
    with tempfile.TemporaryDirectory() as folder:
        rows = alternate(SIDES, case, 1 if given.quick else given.repeats, Path(folder))
    write("jacobian", rows, given.quick)


if __name__ == "__main__":
    main()
