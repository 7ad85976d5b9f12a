"""Measures how close reconstructions are to the true images: one long table, a row per image and metric."""

import argparse
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from flatgia.core.artifacts import Provenance, artifact, load_tensors
from flatgia.core.cli import prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.metrics.registry import metrics_named
from flatgia.metrics.table import check_attack, fit, score, write_table
from flatgia.settings.settings import Settings


def main(argv: Sequence[str] | None = None) -> None:
    """Scores one attack artifact after another and writes all rows as one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, help="A YAML file, or JSON text with metrics and compute.")
    parser.add_argument("--targets", required=True, type=Path, help="The true images, from scripts/targets.py.")
    parser.add_argument("--vgg", nargs="?", type=Path, help="The VGG16 weights from scripts/weights.py, for lpips.")
    parser.add_argument(
        "--attack", required=True, nargs="+", type=Path, help="The reconstructions, from scripts/attack.py."
    )
    parser.add_argument("--out", required=True, type=Path, help="The .csv file to write.")
    given = parser.parse_args(argv)
    if twice := [path for path, count in Counter(path.resolve() for path in given.attack).items() if count > 1]:
        raise FlatgiaError("--attack", f"{twice[0]} is given twice", "name each file once")
    settings = Settings.load(given.config, "compute", "metrics")
    check_files([given.out], [*given.attack, given.targets, given.vgg, given.config])
    prepare_torch(settings.compute)
    metrics = metrics_named(settings.metrics, given.vgg)
    truth = load_tensors(given.targets)[0]
    targets = truth["images"][: len(truth["indices"])]  # all that holds images has images, only targets have indices
    weights = [given.vgg] if "lpips" in metrics else []
    record = Provenance("evaluate", {"metrics": list(metrics)}, [*given.attack, given.targets, *weights])
    scored = []
    for attack in given.attack:
        tensors, facts = load_tensors(attack)
        check_attack(tensors, facts, len(targets), attack)
        scores = score(tensors["reconstruction"], tensors["truth_index"], targets, metrics)
        scored.append((facts, chain(scores, fit(tensors))))
    with artifact(given.out, record) as temporary:
        write_table(temporary, scored)


if __name__ == "__main__":
    run(main)
