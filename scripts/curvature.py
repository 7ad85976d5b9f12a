"""Measures the Hessian of each checkpoint: the log determinant surrogate and its companions, as JSON.

python scripts/curvature.py --checkpoint round_0010.safetensors --data results/shared/cifar10.safetensors --out h.json
"""

import argparse
from collections.abc import Sequence

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.settings import config
from flatgia.settings.settings import Settings

SECTIONS = ["compute", "data", "hessian", "model"]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", default=config.PAPER, help=config.HELP)
    parser.add_argument("--checkpoint", nargs="+", required=True, help="The model, from scripts/train.py.")
    parser.add_argument("--data", required=True, help="The images from scripts/data.py.")
    parser.add_argument(
        "--seed", type=int, default=0, help="The seed that draws the images and the probes. Default: %(default)s."
    )
    parser.add_argument("--out", nargs="+", required=True, help="A .json file to write for each checkpoint.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Measures and writes."""
    arguments = parser().parse_args(argv)
    settings = Settings.load(arguments.config, *SECTIONS)
    if len(arguments.checkpoint) != len(arguments.out):
        what = f"{len(arguments.out)} names for {len(arguments.checkpoint)} checkpoints"
        raise FlatgiaError("--out", what, "pair them")
    check_files(arguments.out, [*arguments.checkpoint, arguments.data, arguments.config])
    prepare_torch(settings.compute)
    from flatgia.curvature.measure import hessian_numbers, image_indices
    from flatgia.datasets.dataset import described, facts_kept
    from flatgia.datasets.inputs import to_inputs
    from flatgia.gradients.choice import backend_for, kernels
    from flatgia.networks.checkpoint import load_checkpoint
    from flatgia.networks.trained import check_trained, trained_with

    device = pick_device(settings.compute.device)
    parameters = settings.record(*SECTIONS)
    data, about = artifacts.load_tensors(arguments.data)
    dataset = described(settings.data, about, arguments.data)
    backend = backend_for(settings, dataset, device)
    by = kernels(backend, device)
    chosen = image_indices(len(data["train_images"]), settings.hessian.images, arguments.seed)
    inputs = to_inputs(data["train_images"][chosen], settings.data, dataset).to(device)
    labels = data["train_labels"][chosen].to(device)
    for checkpoint, out in zip(arguments.checkpoint, arguments.out, strict=True):
        record = artifacts.Provenance("hessian", parameters, [checkpoint, arguments.data], arguments.seed, device, by)
        state, facts = load_checkpoint(checkpoint, backend.network)
        check_trained(facts, trained_with(settings, None, facts_kept(about)), checkpoint)
        state = {name: value.to(device) for name, value in state.items()}
        wanted = settings.hessian.at(facts.get("round"))
        numbers = hessian_numbers(backend, state, inputs, labels, wanted, arguments.seed)
        told = {"method": facts.get("method"), "round": facts.get("round"), "seed": arguments.seed}
        artifacts.save_json(out, told | numbers, record)


if __name__ == "__main__":
    run(main)
