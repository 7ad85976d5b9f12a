"""Measures what a gradient holds of each target image at a checkpoint: the singular values of J = dg/dx.

python scripts/studies/information.py --method fedsam --checkpoint round_0100.safetensors \\
    --targets targets.safetensors --out spectra.safetensors
"""

import argparse
from collections.abc import Sequence

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.settings import config
from flatgia.settings.settings import Settings

SECTIONS = ["compute", "data", "model"]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--config", default=config.PAPER, help=config.HELP)
    add("--method", required=True, help="What the client runs, an entry of the config's methods.")
    add("--checkpoint", required=True, help="The model, from scripts/train.py.")
    add("--targets", required=True, help="The images, from scripts/targets.py.")
    add("--images", type=int, default=10, help="The first so many of them. Default: %(default)s.")
    add("--directions", type=int, default=2**20, help="Of an image's space, at most; by default all.")
    add("--seed", type=int, default=0, help="The seed that draws directions. Default: %(default)s.")
    add("--out", required=True, help="The .safetensors file to write.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Measures and writes."""
    given = parser().parse_args(argv)
    for option in ("images", "directions"):
        if getattr(given, option) < 1:
            raise FlatgiaError(f"--{option}", "less than one", "give 1 or more")
    settings = Settings.load(given.config, *SECTIONS, "methods")
    settings.method(given.method)
    check_files([given.out], [given.checkpoint, given.targets, given.config])
    prepare_torch(settings.compute)
    from flatgia.attacks.client import load_client
    from flatgia.gradients.choice import kernels
    from flatgia.studies.information.spectra import in_double, spectra

    device = pick_device(settings.compute.device)
    client = load_client(settings, given.method, given.checkpoint, given.targets, device)
    parameters = settings.record(*SECTIONS, methods=given.method)
    parameters |= {"images": given.images, "directions": given.directions}
    by = kernels(client.victim.backend, device)
    record = artifacts.Provenance("information", parameters, [given.checkpoint, given.targets], given.seed, device, by)
    inputs, labels = client.inputs[: given.images], client.labels[: given.images]
    label = f"what {settings.methods[given.method].label} shares, round {client.facts.get('round', '?')}"
    tensors = spectra(in_double(client.victim), inputs, labels, given.directions, label, given.seed)
    if bad := [name for name, tensor in tensors.items() if not tensor.isfinite().all()]:
        raise FlatgiaError(given.checkpoint, f"its {bad[0].partition('_')[0]} gradient is not finite", "train again")
    facts = {name: client.facts.get(name, 0) for name in ("round", "accuracy")}
    facts |= {"method": given.method, "seed": given.seed, "entries": inputs[0].numel()}
    artifacts.save_tensors(given.out, tensors, facts, record)


if __name__ == "__main__":
    run(main)
