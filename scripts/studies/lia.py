"""Plays rounds of secure aggregation whose server fishes for labels, and counts the labels that it reads.

python scripts/studies/lia.py --part methods --data cifar10.safetensors --out methods.csv
"""

import argparse
from collections.abc import Sequence

from flatgia.core import artifacts
from flatgia.core.cli import prepare_torch, run
from flatgia.core.outputs import check_files
from flatgia.core.parameters import convert
from flatgia.core.rows import save_rows
from flatgia.settings import config
from flatgia.settings.settings import Settings
from flatgia.studies.lia import ALL, PARTS, Lia

SECTIONS = ["compute", "data"]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--config", default=config.PAPER, help=config.HELP)
    add("--data", required=True, help="The images, from scripts/data.py.")
    add("--part", required=True, choices=(*PARTS, ALL), help="Which of the study's questions.")
    add("--seed", type=int, default=0, help="The seed of all draws. Default: %(default)s.")
    add("--out", required=True, help="The .csv file to write.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Plays and writes."""
    given = parser().parse_args(argv)
    settings = Settings.load(given.config, *SECTIONS, "methods", "studies")
    section: Lia = convert(Lia, settings.given["studies"]["lia"])
    for name in section.methods:
        settings.method(name)
    check_files([given.out], [given.data, given.config])
    prepare_torch(settings.compute)
    from flatgia.datasets.dataset import described
    from flatgia.studies.lia.measure import COLUMNS, measure

    parameters = {name: settings.given[name] for name in SECTIONS} | {
        "lia": settings.given["studies"]["lia"],
        "part": given.part,
    }
    parameters["methods"] = {name: settings.given["methods"][name] for name in section.methods}
    record = artifacts.Provenance("lia", parameters, [given.data], given.seed, "cpu")
    tensors, facts = artifacts.load_tensors(given.data)
    dataset = described(settings.data, facts, given.data)
    rows, seconds = [], []
    for case, lines, found in measure(settings, section, tensors, dataset, given.part, given.seed):
        rows += lines
        about = {"part": case.part, "network": case.network, "clients": case.clients, "images": case.images}
        times = dict(
            zip(("clients_seconds", "server_seconds"), (round(value, 3) for value in found.seconds), strict=True)
        )
        seconds.append(about | times)
    record.facts["rounds"] = seconds  # beside the table, which has the same bytes whatever the machine
    save_rows(given.out, COLUMNS, rows, record)


if __name__ == "__main__":
    run(main)
