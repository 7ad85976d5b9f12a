"""Picks the images that are attacked: one of each class, from one client, the same for all methods and rounds."""

import argparse
from collections.abc import Sequence

from flatgia.core import artifacts
from flatgia.core.cli import prepare_torch, run
from flatgia.core.outputs import check_files
from flatgia.settings import config
from flatgia.settings.settings import Settings


def main(argv: Sequence[str] | None = None) -> None:
    """Reads the images, divides them among the clients, writes the targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default=config.PAPER, help=config.HELP)
    parser.add_argument("--seed", type=int, default=0, help="The seed that draws the images. Default: %(default)s.")
    parser.add_argument("--data", required=True, help="The images from scripts/data.py.")
    parser.add_argument("--out", required=True, help="The .safetensors file to write.")
    arguments = parser.parse_args(argv)
    settings = Settings.load(arguments.config, "compute", "federation", "targets")
    check_files([arguments.out], [arguments.data, arguments.config])
    prepare_torch(settings.compute)
    from flatgia.datasets.partition import client_indices, target_indices

    chosen = {"partition": settings.partition(), "targets": settings.given["targets"]}
    record = artifacts.Provenance("targets", chosen, [arguments.data], arguments.seed)
    tensors, _ = artifacts.load_tensors(arguments.data)
    images, labels = tensors["train_images"], tensors["train_labels"]
    client = client_indices(labels, settings.federation, arguments.seed)[settings.targets.client]
    indices = target_indices(labels, client, settings.targets.images)
    found = {"images": images[indices], "labels": labels[indices], "indices": indices}
    artifacts.save_tensors(arguments.out, found, settings.given["targets"], record)


if __name__ == "__main__":
    run(main)
