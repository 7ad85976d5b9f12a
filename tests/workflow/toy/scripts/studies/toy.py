"""Measures the norm of all parameters of a model."""

import argparse
from collections.abc import Sequence

from flatgia.core.artifacts import Provenance, load_tensors, save_json
from flatgia.core.cli import run


def main(argv: Sequence[str] | None = None) -> None:
    """Reads a checkpoint, writes its norm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", required=True, help="from scripts/train.py")
    parser.add_argument("--out", required=True, help="the JSON to write")
    given = parser.parse_args(argv)
    tensors, facts = load_tensors(given.checkpoint)
    norm = sum(float(tensor.double().square().sum()) for tensor in tensors.values()) ** 0.5
    save_json(given.out, {"method": facts["method"], "norm": norm}, Provenance("toy", {}, [given.checkpoint]))


if __name__ == "__main__":
    run(main)
