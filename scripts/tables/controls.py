"""controls: PSNR with the gradient that is sent, with an attacker that knows the method, and with the plain gradient.

Claim of the paper (4.3): methods that search for flat minima resist gradient inversion.
Inputs: --metrics of `report.controls` on the three axes at the rounds `table`, batch size 1; --checkpoints for the accuracy.
Expect: if flatness protects, the column Plain shows it; what only the first column shows is a wrong model of the client.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.request import parse
from flatgia.studies.controls.table import make


def main(argv: Sequence[str] | None) -> None:
    make(parse("controls", __doc__, argv, "metrics", "checkpoints"))


if __name__ == "__main__":
    run(main)
