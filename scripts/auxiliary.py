"""Prepares the images on which FedSAI pretrains its initial model."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from flatgia.core.artifacts import Provenance, load_tensors, save_tensors
from flatgia.core.cli import prepare_torch, run
from flatgia.core.outputs import check_files
from flatgia.datasets.auxiliary import load_auxiliary
from flatgia.datasets.download import scratch_beside
from flatgia.datasets.sources import user_folder


def main(argv: Sequence[str] | None = None) -> None:
    """Writes images and labels; the facts say whether they are CIFAR-100 or a stand-in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--choice",
        choices=["auto", "cifar100", "cifar10-test", "mnist"],
        default="auto",
        help="CIFAR-100 as in the paper, or the CIFAR-10 test images; auto takes these only where CIFAR-100 cannot be had,"
        " and the test images of any other data set; or MNIST, framed in black.",
    )
    parser.add_argument(
        "--data", required=True, type=Path, help="The images from scripts/data.py, which hold the stand-in."
    )
    parser.add_argument(
        "--folder", help="A folder with copies of the downloads; the variable FLATGIA_DATA overrides it."
    )
    parser.add_argument("--out", required=True, type=Path, help="The .safetensors file to write.")
    given = parser.parse_args(argv)
    check_files([given.out], [given.data])
    prepare_torch()
    data, facts = load_tensors(given.data)
    # The synthetic set serves tests and machines without a network: nothing is fetched for it.
    dataset = facts["dataset"]
    choice = "cifar10-test" if dataset == "synthetic" else given.choice
    record = Provenance("auxiliary", {"auxiliary": choice}, inputs=[given.data])
    with scratch_beside(given.out) as scratch:
        tensors, facts = load_auxiliary(choice, data, user_folder(given.folder), scratch, dataset)
    save_tensors(given.out, tensors, facts, record)


if __name__ == "__main__":
    run(main)
