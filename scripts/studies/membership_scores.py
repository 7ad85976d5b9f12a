"""Attacks every model of the pools with the others as shadow models, and measures.

python scripts/studies/membership_scores.py --models sgd/models_*.safetensors sam/models_*.safetensors \\
    --scores scores.csv --curves curves.csv
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from flatgia.core import artifacts
from flatgia.core.cli import prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.core.rows import save_rows
from flatgia.settings import config
from flatgia.settings.settings import Settings


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--config", default=config.PAPER, help=config.HELP)
    add("--models", nargs="+", type=Path, required=True, help="What scripts/studies/membership.py wrote, of one seed.")
    add("--scores", required=True, help="The .csv file of numbers to write.")
    add("--curves", required=True, help="The .csv file of curves to write.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Attacks and writes."""
    given = parser().parse_args(argv)
    settings = Settings.load(given.config, "compute")
    section = config.load(given.config, "studies")["studies"].get("membership")
    if section is None:
        raise FlatgiaError("the configuration text", "missing studies.membership", "give that section too")
    check_files([given.scores, given.curves], [*given.models, given.config])
    prepare_torch(settings.compute)
    from flatgia.core.progress import track
    from flatgia.studies.membership import measure
    from flatgia.studies.membership.read import read_pools
    from flatgia.studies.membership.section import read

    study = read(section)
    record = artifacts.Provenance("membership_scores", {"membership": section}, given.models)
    found = read_pools(given.models, study.population)
    if missing := [name for name in study.compared if name not in found]:
        raise FlatgiaError("--models", f"none of {missing[0]}", "give those of every optimiser that is compared")
    pools = {name: found[name] for name in study.compared}
    rows: list[measure.Row] = []
    curves: list[measure.Point] = list(measure.of_memorisation(pools))
    for name, pool in track(pools.items(), len(pools), "Membership", "optimiser"):
        rows += measure.of_models(name, pool, study.epochs)
        rows += measure.of_marks(name, pool, study.marks, study.epochs)
        for one in measure.of_attacks(name, pool, study.epochs):
            (rows if isinstance(one, measure.Row) else curves).append(one)  # type: ignore[arg-type]
    for out, table, fields in (
        (given.scores, rows, measure.Row._fields),
        (given.curves, curves, measure.Point._fields),
    ):
        save_rows(out, fields, table, record)


if __name__ == "__main__":
    run(main)
