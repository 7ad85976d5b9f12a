"""Fetches and checks the VGG16 convolutions that LPIPS is built on."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from flatgia.core.artifacts import Provenance, save_tensors
from flatgia.core.cli import prepare_torch, run
from flatgia.core.outputs import check_files
from flatgia.datasets.download import scratch_beside
from flatgia.datasets.sources import user_folder
from flatgia.metrics.vgg16 import load_vgg16


def main(argv: Sequence[str] | None = None) -> None:
    """Writes the 13 weights and biases under torchvision's names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--folder", help="A folder with copies of the downloads; the variable FLATGIA_DATA overrides it."
    )
    parser.add_argument("--out", required=True, type=Path, help="The .safetensors file to write.")
    given = parser.parse_args(argv)
    check_files([given.out])
    prepare_torch()
    record = Provenance("weights", {"network": "vgg16"})
    with scratch_beside(given.out) as scratch:
        tensors, source = load_vgg16(user_folder(given.folder), scratch)
    record.facts["source"] = source  # beside the artifact, not in it: the arrays are the same from every source
    save_tensors(given.out, tensors, {}, record)


if __name__ == "__main__":
    run(main)
