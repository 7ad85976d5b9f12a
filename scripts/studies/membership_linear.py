"""Measures the interpolating linear model on pixels and on whitened pixels, with true and with random labels.

python scripts/studies/membership_linear.py --data results/shared/cifar10.safetensors --out linear.csv
"""

import argparse
from collections.abc import Sequence

from flatgia.core import artifacts
from flatgia.core.cli import prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.core.rows import save_rows
from flatgia.settings import config
from flatgia.settings.settings import Settings


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--config", default=config.PAPER, help=config.HELP)
    add("--data", required=True, help="The images from scripts/data.py.")
    add("--seed", type=int, default=0, help="The seed of all draws. Default: %(default)s.")
    add("--out", required=True, help="The .csv file to write.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Solves and writes."""
    given = parser().parse_args(argv)
    settings = Settings.load(given.config, "compute", "data")
    section = config.load(given.config, "studies")["studies"].get("membership")
    if section is None:
        raise FlatgiaError("the configuration text", "missing studies.membership", "give that section too")
    check_files([given.out], [given.data, given.config])
    prepare_torch(settings.compute)
    import torch
    from torch.nn.functional import avg_pool2d

    from flatgia.core.seeds import generator
    from flatgia.datasets.dataset import described
    from flatgia.datasets.inputs import to_inputs
    from flatgia.membership.splits import halves
    from flatgia.studies.membership.linear import Row, measure
    from flatgia.studies.membership.section import read

    study = read(section).linear
    parameters = settings.record("compute", "data") | {"linear": section["linear"]}
    record = artifacts.Provenance("membership_linear", parameters, [given.data], given.seed)
    tensors, about = artifacts.load_tensors(given.data)
    dataset = described(settings.data, about, given.data)
    order = torch.randperm(len(tensors["train_labels"]), generator=generator("membership linear", given.seed))
    chosen = order[: study.images]
    inputs = avg_pool2d(
        to_inputs(tensors["train_images"][chosen], settings.data, dataset).double(), study.pool
    ).flatten(1)
    if not len(chosen) // 2 < inputs.shape[1] <= len(chosen):
        what = f"{len(chosen)} images of {inputs.shape[1]} pixels: half must interpolate, and all must span them"
        raise FlatgiaError("config key studies.membership.linear.images", what, "take between one and two a pixel")
    signs = {"true": torch.where(tensors["train_labels"][chosen] < dataset.classes / 2, 1.0, -1.0)}
    coin = torch.randint(2, (len(chosen),), generator=generator("membership linear labels", given.seed))
    signs["random"] = 2.0 * coin - 1
    members = halves(study.draws, study.images, "linear", given.seed)
    rows = [
        row
        for kind, labels in signs.items()
        for row in measure(inputs.numpy(), labels.double().numpy(), members, study.strengths, kind)
    ]
    save_rows(given.out, Row._fields, rows, record)


if __name__ == "__main__":
    run(main)
