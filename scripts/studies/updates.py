"""Attacks what a client sends after several local steps on several images; scores every attacker and a blind guess.

python scripts/studies/updates.py --attack ig_updates --method fedsam --case n16_b4_k4 \\
    --checkpoint round_0000.safetensors --data cifar10.safetensors --out n16_b4_k4.csv
"""

import argparse
from collections.abc import Sequence
from math import isfinite
from pathlib import Path

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.core.rows import save_rows
from flatgia.settings import config
from flatgia.settings.registry import needs_generator
from flatgia.settings.settings import Settings
from flatgia.studies.updates.case import case_named, mistake_in

SECTIONS = ["compute", "data", "federation", "metrics", "model", "targets"]
COLUMNS = ["method", "round", "seed", "images", "batch", "steps", "attacker", "image", "metric", "value"]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--config", default=config.PAPER, help=config.HELP)
    add("--attack", required=True, help="The search, an entry of the config's attacks that needs no generator.")
    add("--method", required=True, help="What the client runs, an entry of the config's methods.")
    add("--case", required=True, help="Images, batch and local steps: n16_b4_k4.")
    add("--checkpoint", required=True, help="The model, from scripts/train.py.")
    add("--data", required=True, help="The images, from scripts/data.py.")
    add("--vgg", nargs="?", type=Path, help="The VGG16 weights from scripts/weights.py, for lpips.")
    add(
        "--images",
        type=int,
        default=16,
        help="How many images clients share, if a case has fewer. Default: %(default)s.",
    )
    add("--seed", type=int, default=0, help="The seed of all draws. Default: %(default)s.")
    add("--out", required=True, help="The .csv file to write.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Sends, attacks, scores and writes."""
    given = parser().parse_args(argv)
    case = case_named(given.case)
    if case is None or 0 in case:
        raise FlatgiaError("--case", f"{given.case} is no case", "give images, batch and steps as in n16_b4_k4")
    if wrong := mistake_in(case):
        raise FlatgiaError("--case", wrong, "give a case that uses every image")
    if given.images < 1:
        raise FlatgiaError("--images", "less than one", "give 1 or more")
    settings = Settings.load(given.config, *SECTIONS, "attacks", "methods")
    settings.method(given.method)
    settings.attack(given.attack)
    if needs_generator(settings.given["attacks"][given.attack]):
        raise FlatgiaError("--attack", f"{given.attack} searches in the generator", "name an attack on pixels")
    check_files([given.out], [given.checkpoint, given.data, given.vgg, given.config])
    prepare_torch(settings.compute)
    from flatgia.gradients.choice import kernels
    from flatgia.metrics.registry import metrics_named
    from flatgia.studies.updates.held import load_held
    from flatgia.studies.updates.measure import clients_of, measure

    metrics = metrics_named(settings.metrics, given.vgg)
    device = pick_device(settings.compute.device)
    count = case.images * clients_of(case, given.images)
    held = load_held(settings, given.method, given.checkpoint, given.data, count, given.seed, device)
    parameters = settings.record(*SECTIONS, attacks=given.attack, methods=given.method)
    parameters |= {"case": given.case, "images": given.images}
    inputs = [given.checkpoint, given.data, *([given.vgg] if "lpips" in metrics else [])]
    by = kernels(held.victim.backend, device)
    record = artifacts.Provenance("updates", parameters, inputs, given.seed, device, by)
    about = [given.method, held.facts.get("round", 0), given.seed, *case]
    label = f"{settings.methods[given.method].label}, round {about[1]}, {case.name}"
    rows = [[*about, *row] for row in measure(settings, given.attack, held, case, metrics, label, given.seed)]
    if not all(isfinite(row[-1]) for row in rows):
        raise FlatgiaError(given.checkpoint, "a score there is not finite", "train again with a lower learning rate")
    save_rows(given.out, COLUMNS, rows, record)


if __name__ == "__main__":
    run(main)
