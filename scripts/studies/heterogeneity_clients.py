"""Divides the training images by Dirichlet(alpha), at every alpha of the study, and writes what each client holds.

python scripts/studies/heterogeneity_clients.py --data results/shared/cifar10.safetensors --out clients.csv
"""

import argparse
from collections.abc import Sequence

from flatgia.core import artifacts
from flatgia.core.cli import prepare_torch, run
from flatgia.core.outputs import check_files
from flatgia.core.rows import save_rows
from flatgia.settings import config
from flatgia.settings.settings import Settings
from flatgia.studies.heterogeneity.split import laid_over, name_of

COLUMNS = ["alpha", "seed", "client", "images", "classes", "largest"]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", default=config.PAPER, help=config.HELP)
    parser.add_argument("--seed", type=int, default=0, help="The seed that draws the division. Default: %(default)s.")
    parser.add_argument("--data", required=True, help="The images from scripts/data.py.")
    parser.add_argument("--out", required=True, help="The .csv file to write.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Divides, counts and writes."""
    given = parser().parse_args(argv)
    whole = config.load(given.config, "compute", "federation", "studies")
    section = whole["studies"]["heterogeneity"]
    check_files([given.out], [given.data, given.config])
    prepare_torch(Settings(whole).compute)
    from flatgia.studies.heterogeneity.clients import holdings

    labels = artifacts.load_tensors(given.data)[0]["train_labels"]
    divided = {
        name_of(alpha): Settings({"federation": laid_over(whole, alpha)["federation"]}) for alpha in section["alphas"]
    }
    rows = [
        [alpha, given.seed, *row]
        for alpha, settings in divided.items()
        for row in holdings(labels, settings.federation, section["minimum"], given.seed)
    ]
    parameters = {"partition": {alpha: settings.partition() for alpha, settings in divided.items()}}
    record = artifacts.Provenance(
        "heterogeneity_clients", parameters | {"minimum": section["minimum"]}, [given.data], given.seed
    )
    save_rows(given.out, COLUMNS, rows, record)


if __name__ == "__main__":
    run(main)
