"""Fetches the training and test images from the first source that has them, checks them, and writes one file."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from flatgia.core.artifacts import Provenance, save_tensors
from flatgia.core.cli import prepare_torch, run
from flatgia.core.outputs import check_files
from flatgia.datasets.dataset import DATASETS
from flatgia.datasets.download import scratch_beside
from flatgia.datasets.sources import user_folder


def main(argv: Sequence[str] | None = None) -> None:
    """Writes the images and labels as one file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--dataset", choices=list(DATASETS), default="cifar10", help="The data set. Default: %(default)s."
    )
    parser.add_argument(
        "--folder", help="A folder with copies of the downloads; the variable FLATGIA_DATA overrides it."
    )
    parser.add_argument("--out", required=True, type=Path, help="The .safetensors file to write.")
    given = parser.parse_args(argv)
    check_files([given.out])
    prepare_torch()
    record = Provenance("data", {"dataset": given.dataset})
    dataset = DATASETS[given.dataset]
    with scratch_beside(given.out) as scratch:
        tensors, source = dataset.load(user_folder(given.folder), scratch)
    record.facts["source"] = source  # beside the artifact, not in it: the arrays are the same from every source
    save_tensors(given.out, tensors, {"dataset": given.dataset} | dataset.facts_of(tensors), record)


if __name__ == "__main__":
    run(main)
