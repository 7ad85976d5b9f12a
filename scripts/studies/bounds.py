"""Measures what the paper's bounds on I(X; G) are made of at a checkpoint, over the images of its Hessian, as JSON.

Loss, gradient and F_SAM - F; rank and covariance of the images' gradients; and how far the Fisher information, with labels
drawn from the model and with the data's, lies from the Hessian.

python scripts/studies/bounds.py --method fedsam --checkpoint round_0100.safetensors \\
    --data results/shared/cifar10.safetensors --out bounds.json
"""

import argparse
from collections.abc import Sequence
from math import isfinite

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.settings import config
from flatgia.settings.settings import Settings

SECTIONS = ["compute", "data", "federation", "hessian", "model"]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--config", default=config.PAPER, help=config.HELP)
    add("--method", required=True, help="Whose model it is, an entry of the config's methods.")
    add("--checkpoint", nargs="+", required=True, help="Models, from scripts/train.py.")
    add("--data", required=True, help="The images from scripts/data.py.")
    add("--seed", type=int, default=0, help="The seed that draws the images and the probes. Default: %(default)s.")
    add("--out", nargs="+", required=True, help="A .json file to write for each checkpoint.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Measures and writes."""
    given = parser().parse_args(argv)
    settings = Settings.load(given.config, *SECTIONS, "methods")
    settings.method(given.method)
    section = config.load(given.config)["studies"]["bounds"]
    if len(given.checkpoint) != len(given.out):
        what = f"{len(given.out)} names for {len(given.checkpoint)} checkpoints"
        raise FlatgiaError("--out", what, "pair them")
    check_files(given.out, [*given.checkpoint, given.data, given.config])
    prepare_torch(settings.compute)
    from flatgia.attacks.client import backend_at
    from flatgia.curvature.measure import image_indices
    from flatgia.datasets.inputs import to_inputs
    from flatgia.gradients.choice import kernels
    from flatgia.networks.checkpoint import load_checkpoint
    from flatgia.studies.bounds import Bounds
    from flatgia.studies.bounds.measure import measure

    device = pick_device(settings.compute.device)
    if device != "cpu":
        raise FlatgiaError("compute.device", "the study bounds runs on a CPU", "set it to cpu")
    data, _ = artifacts.load_tensors(given.data)
    chosen = image_indices(len(data["train_images"]), settings.hessian.images, given.seed)
    labels = data["train_labels"][chosen]
    parameters = settings.record(*SECTIONS, methods=given.method) | {"bounds": section}
    for checkpoint, out in zip(given.checkpoint, given.out, strict=True):
        backend, dataset = backend_at(settings, given.method, checkpoint, device)
        inputs = to_inputs(data["train_images"][chosen], settings.data, dataset).double()
        by = kernels(backend, device)
        record = artifacts.Provenance("bounds", parameters, [checkpoint, given.data], given.seed, device, by)
        state, facts = load_checkpoint(checkpoint, backend.network)
        state = {name: value.double() if value.is_floating_point() else value for name, value in state.items()}
        found = measure(
            backend, state, inputs, labels, Bounds(**section), settings.hessian.block, settings.hessian.damping,
            settings.federation.batch_size, given.seed,
        )  # fmt: skip
        if bad := [name for name, value in found.items() if not isfinite(value)]:
            raise FlatgiaError(checkpoint, f"its {bad[0]} is not finite", "train again with a lower rho")
        about = {"method": given.method, "round": facts.get("round", 0), "seed": given.seed, "rho": section["rho"]}
        artifacts.save_json(out, about | {"accuracy": facts.get("accuracy", 0)} | found, record)


if __name__ == "__main__":
    run(main)
