"""claims: each claim of the paper beside what this run's data say about it, as a document and as a table.

Inputs, as many of them as there are: --metrics, --hessian, --checkpoints; at least one. --reported config/reported/table1.csv.
Expect: a claim whose data are not all given reads `not run yet` and names what is missing. --out is the document,
--out-dir gets claims.csv. Metrics with other axes than --gradient and --attacker fill the table of controls.
"""

from collections.abc import Sequence

from flatgia.claims.document import make
from flatgia.core.cli import run
from flatgia.core.errors import FlatgiaError
from flatgia.plotting.request import parse


def main(argv: Sequence[str] | None) -> None:
    some = ("metrics", "hessian", "checkpoints")
    request = parse("claims", __doc__, argv, *some, "reported", optional=some, out="REPRODUCTION.md")
    if not any(request.files[kind] for kind in some):
        raise FlatgiaError("claims", "there are no results to judge", "give --metrics, --hessian or --checkpoints")
    make(request)


if __name__ == "__main__":
    run(main)
