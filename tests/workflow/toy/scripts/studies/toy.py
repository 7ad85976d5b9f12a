"""Measures the norm of all parameters of a model, of the order that the config names."""

import argparse
from collections.abc import Sequence

from flatgia.core.artifacts import Provenance, load_tensors, save_json
from flatgia.core.cli import run
from flatgia.settings import config


def main(argv: Sequence[str] | None = None) -> None:
    """Reads a checkpoint, writes its norm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default=config.PAPER, help="a YAML file, or JSON text (default: %(default)s)")
    parser.add_argument("--checkpoint", required=True, help="from scripts/train.py")
    parser.add_argument("--out", required=True, help="the JSON to write")
    given = parser.parse_args(argv)
    order = config.load(given.config, "studies")["studies"]["toy"]["order"]
    tensors, facts = load_tensors(given.checkpoint)
    norm = sum(float(tensor.double().abs().pow(order).sum()) for tensor in tensors.values()) ** (1 / order)
    record = Provenance("toy", {"order": order}, [given.checkpoint])
    save_json(given.out, {"method": facts["method"], "norm": norm}, record)


if __name__ == "__main__":
    run(main)
