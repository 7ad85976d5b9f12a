"""What `compute.instructions: portable` costs: the same work held to AVX2, and with all that the processor has.

    python benchmarks/instructions.py [--quick]

Where a processor has no more than AVX2, the two differ only in what the libraries do to be portable.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from alternate import Side, alternate, options, write

from flatgia.core.instructions import PORTABLE

SIDES = [
    Side("flatgia, portable", "instructions.py", variables=PORTABLE),
    Side("native", "instructions.py"),
]


def main(argv: Sequence[str] | None = None) -> None:
    """Measures and writes results/instructions.csv."""
    given = options(__doc__, 7).parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        rows = alternate(SIDES, {"times": 1 if given.quick else 5}, 1 if given.quick else given.repeats, Path(folder))
    write("instructions", rows, given.quick)


if __name__ == "__main__":
    main()
