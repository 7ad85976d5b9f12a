"""Measures how far a checkpoint tells its clients' training images from unseen ones: membership inference on one model.

python scripts/studies/privacy.py --method fedsam --checkpoint round_0100.safetensors \\
    --data results/shared/cifar10.safetensors --out scores.csv
"""

import argparse
from collections.abc import Sequence

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.core.rows import save_rows
from flatgia.settings import config
from flatgia.settings.settings import Settings

SECTIONS = ["compute", "data", "federation", "model"]
COLUMNS = ["method", "round", "seed", "number", "value"]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--config", default=config.PAPER, help=config.HELP)
    add("--method", required=True, help="What the clients ran, an entry of the config's methods.")
    add("--checkpoint", required=True, help="The model, from scripts/train.py.")
    add("--data", required=True, help="The images from scripts/data.py: the clients' are members, test images are not.")
    add("--seed", type=int, default=0, help="The seed of the run, which dealt the images. Default: %(default)s.")
    add("--out", required=True, help="The .csv file to write.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Scores all images and writes what tells them apart."""
    given = parser().parse_args(argv)
    settings = Settings.load(given.config, *SECTIONS, "methods")
    settings.method(given.method)
    check_files([given.out], [given.checkpoint, given.data, given.config])
    prepare_torch(settings.compute)
    from flatgia.attacks.client import backend_at
    from flatgia.gradients.choice import kernels
    from flatgia.networks.checkpoint import load_checkpoint
    from flatgia.studies.privacy.measure import measure

    device = pick_device(settings.compute.device)
    backend, dataset = backend_at(settings, given.method, given.checkpoint, device)
    state, facts = load_checkpoint(given.checkpoint, backend.network)
    if facts.get("seed", given.seed) != given.seed:
        raise FlatgiaError("--seed", f"the checkpoint is of seed {facts['seed']}", "give that one")
    tensors = artifacts.load_tensors(given.data)[0]
    parameters = settings.record(*SECTIONS, methods=given.method)
    by = kernels(backend, device)
    record = artifacts.Provenance("privacy", parameters, [given.checkpoint, given.data], given.seed, device, by)
    found = measure(settings, backend.network, state, tensors, dataset, given.seed, device)
    about = [given.method, facts.get("round", 0), given.seed]
    save_rows(given.out, COLUMNS, ([*about, *pair] for pair in found.items()), record)


if __name__ == "__main__":
    run(main)
