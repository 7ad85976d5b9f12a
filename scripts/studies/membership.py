"""Trains models of the pool with one optimiser, each on its half of the images, and keeps what attacks see of them.

python scripts/studies/membership.py --optimiser sam --first 0 --models 1 --data results/shared/cifar10.safetensors \\
    --out models_000.safetensors
"""

import argparse
from collections.abc import Sequence

from flatgia.core import artifacts
from flatgia.core.cli import prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.settings import config
from flatgia.settings.settings import Settings

SECTIONS = ["compute", "data"]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--config", default=config.PAPER, help=config.HELP)
    add("--optimiser", required=True, help="An entry of the config's studies.membership.optimisers.")
    add("--first", type=int, required=True, help="The number of the first model, from 0.")
    add("--models", type=int, default=1, help="How many models from there. Default: %(default)s.")
    add("--data", required=True, help="The images from scripts/data.py.")
    add("--seed", type=int, default=0, help="The seed of all draws. Default: %(default)s.")
    add("--out", required=True, help="The .safetensors file to write.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Trains, attacks nothing, writes."""
    given = parser().parse_args(argv)
    if given.first < 0 or given.models < 1:
        raise FlatgiaError("--first, --models", "no such models", "count from 0, and give at least one")
    settings = Settings.load(given.config, *SECTIONS)
    section = config.load(given.config, *SECTIONS, "studies")["studies"].get("membership")
    if section is None:
        raise FlatgiaError("the configuration text", "missing studies.membership", "give that section too")
    if given.optimiser not in section["optimisers"]:
        known = ", ".join(section["optimisers"])
        raise FlatgiaError("--optimiser", f"{given.optimiser} is unknown", f"known: {known}")
    check_files([given.out], [given.data, given.config])
    if settings.compute.device != "cpu":
        print("this study computes on the CPU, whatever compute.device says", flush=True)
    prepare_torch(settings.compute)
    import torch

    from flatgia.core.progress import Progress
    from flatgia.datasets.dataset import described
    from flatgia.gradients.backend import Backend
    from flatgia.gradients.choice import kernels
    from flatgia.networks.built import network_for
    from flatgia.settings.sections import Model
    from flatgia.studies.membership.pool import draw, train_model
    from flatgia.studies.membership.section import for_part, read
    from flatgia.training import load_optimiser

    study, entry = read(section), section["optimisers"][given.optimiser]
    numbers = {key: value for key, value in entry.items() if key not in ("kind", "label")}
    optimiser = load_optimiser(entry["kind"], numbers, f"studies.membership.optimisers.{given.optimiser}")
    tensors, about = artifacts.load_tensors(given.data)
    dataset = described(settings.data, about, given.data)
    model = Model.of(dict(section["network"]) | {"init": "pytorch"})
    backend = Backend(network_for(model, dataset.shape, dataset.classes))
    images = draw(tensors, settings.data, dataset, backend, study, given.seed)
    parameters = settings.record(*SECTIONS) | for_part({"studies": {"membership": section}}, given.optimiser)
    parameters |= {"first": given.first, "models": given.models}
    record = artifacts.Provenance("membership", parameters, [given.data], given.seed, "cpu", kernels(backend, "cpu"))
    progress = Progress(given.models * study.epochs, f"{entry['label']}, from model {given.first}", "epoch")
    numbers_of = range(given.first, given.first + given.models)
    found = [
        train_model(optimiser, backend, images, study, dataset.mirror, number, given.seed, progress.update)
        for number in numbers_of
    ]
    together = {name: torch.stack([one[name] for one in found]) for name in found[0]}
    together["labels"] = images.pool[1].to(torch.uint8 if dataset.classes < 256 else torch.int64)
    facts = {"optimiser": given.optimiser, "seed": given.seed, "first": given.first, "models": given.models}
    artifacts.save_tensors(given.out, together, facts, record)


if __name__ == "__main__":
    run(main)
