"""published: the attacks with the settings that their authors published, beside the paper's Table 1.

Claim of the paper (Table 1): its numbers come from the attacks as published.
Inputs: --metrics of `report.published` at the rounds `table`, batch size 1; --reported config/reported/table1.csv.
Expect: GI and IG come near the paper's numbers at round 0, and fall with the rounds as they do.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.request import parse
from flatgia.studies.published.table import make


def main(argv: Sequence[str] | None) -> None:
    make(parse("published", __doc__, argv, "metrics", "reported"))


if __name__ == "__main__":
    run(main)
