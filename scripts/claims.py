"""Judges each claim of the paper by the data of a run, and writes a document, a table and a picture.

At least one of --metrics, --hessian and --checkpoints is needed; --reported is config/reported/table1.csv.
A claim whose data are incomplete reads `not run yet` and names what is missing. --out is the document,
--out-dir gets claims.csv, claims.png, claims.pdf and cells.md. Metrics with other axes than --gradient and --attacker fill
the table of controls.
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
