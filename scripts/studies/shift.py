"""Predicts how far what a client shares moves the answer of an attacker who models the plain gradient, image by image.

Beside it, disturbances of the same size: weights moved at random, and noise; the attack is run on those two.

python scripts/studies/shift.py --attack ig --method fedsam --checkpoint round_0000.safetensors \\
    --targets targets.safetensors --out shifts.csv
"""

import argparse
from collections.abc import Sequence
from math import isfinite

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.core.rows import save_rows
from flatgia.settings import config
from flatgia.settings.settings import Settings

SECTIONS = ["compute", "data", "model"]
COLUMNS = ["method", "round", "seed", "image", "disturbance", "number", "value"]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--config", default=config.PAPER, help=config.HELP)
    add("--attack", required=True, help="Whose prior it is, an entry of the config's attacks with a list `tv`.")
    add("--method", required=True, help="What the client runs, an entry of the config's methods.")
    add("--checkpoint", required=True, help="The model, from scripts/train.py.")
    add("--targets", required=True, help="The images, from scripts/targets.py.")
    add("--images", type=int, default=10, help="The first so many of them. Default: %(default)s.")
    add("--seed", type=int, default=0, help="The seed of all draws. Default: %(default)s.")
    add("--out", required=True, help="The .csv file to write.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Predicts, attacks and writes."""
    given = parser().parse_args(argv)
    if given.images < 1:
        raise FlatgiaError("--images", "less than one", "give 1 or more")
    settings = Settings.load(given.config, *SECTIONS, "attacks", "methods")
    settings.method(given.method)
    if not isinstance(settings.attack(given.attack).numbers.get("tv"), list | tuple):
        raise FlatgiaError("--attack", f"{given.attack} has no list `tv` of weights", "name one of kind quasi_newton")
    check_files([given.out], [given.checkpoint, given.targets, given.config])
    prepare_torch(settings.compute)
    from flatgia.attacks.client import load_client
    from flatgia.gradients.choice import kernels
    from flatgia.studies.shift.measure import measure

    device = pick_device(settings.compute.device)
    client = load_client(settings, given.method, given.checkpoint, given.targets, device)
    client = client._replace(inputs=client.inputs[: given.images], labels=client.labels[: given.images])
    parameters = settings.record(*SECTIONS, attacks=given.attack, methods=given.method) | {"images": given.images}
    by = kernels(client.victim.backend, device)
    record = artifacts.Provenance("shift", parameters, [given.checkpoint, given.targets], given.seed, device, by)
    about = [given.method, client.facts.get("round", 0), given.seed]
    label = f"{settings.methods[given.method].label}, round {about[1]}"
    rows = [[*about, *row] for row in measure(settings, given.attack, client, label, given.seed)]
    if not all(isfinite(row[-1]) for row in rows):
        raise FlatgiaError(given.checkpoint, "what is shared there is not finite", "train again with a lower rho")
    save_rows(given.out, COLUMNS, rows, record)


if __name__ == "__main__":
    run(main)
