"""Makes results/shared/<dataset>.safetensors: the training and test images, from the first source that has them."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from flatgia.artifacts import Record, save_tensors
from flatgia.cli import ALONE, prepare_torch, run
from flatgia.data.cifar10 import load_cifar10
from flatgia.data.download import scratch_beside
from flatgia.data.sources import user_folder
from flatgia.data.synthetic import load_synthetic
from flatgia.outputs import check_files


def main(argv: Sequence[str] | None = None) -> None:
    """Writes the images and labels as one file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", choices=["cifar10", "synthetic"], default="cifar10")
    parser.add_argument("--folder", help="a folder that holds the files; FLATGIA_DATA overrides it")
    parser.add_argument("--out", required=True, type=Path, help="the safetensors file to write")
    given = parser.parse_args(argv)
    check_files([given.out])
    prepare_torch(ALONE)
    record = Record("data", {"dataset": given.dataset})
    if given.dataset == "synthetic":
        tensors, source = load_synthetic(), "synthetic"
    else:
        with scratch_beside(given.out) as scratch:
            tensors, source = load_cifar10(user_folder(given.folder), scratch)
    record.facts["source"] = source  # beside the artifact, not in it: the arrays are the same from every source
    save_tensors(given.out, tensors, {"dataset": given.dataset}, record)


if __name__ == "__main__":
    run(main)
