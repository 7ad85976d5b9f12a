"""study: IG at round 0 under each reading of what the paper leaves open: inputs, initial weights, sign, ASAM's eta.

Claim of the paper (Table 1): 33.71 dB for FedAvg, 16.55 for FedSAM, 16.05 for FedASAM.
Inputs: --metrics of the config's `study`, a folder a reading; --reported config/reported/table1.csv.
Expect: normalised inputs and the weights of DLG come nearest.
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.plotting.request import parse
from flatgia.studies.readings.table import make


def main(argv: Sequence[str] | None) -> None:
    make(parse("study", __doc__, argv, "metrics", "reported"))


if __name__ == "__main__":
    run(main)
