"""Trains one federated method up to a round and writes the checkpoint.

    python scripts/train.py --method fedsam --round 10 --data results/shared/cifar10.safetensors \\
        --out round_0010.safetensors

`--previous` names an earlier checkpoint of the same method to go on from; a killed run goes on where it stopped.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.settings import config
from flatgia.settings.settings import Settings

SECTIONS = ["compute", "data", "federation", "methods", "model"]
SAVE_EVERY = 10  # rounds between two resume files


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", default=config.PAPER, help="a YAML file, or JSON text (default: %(default)s)")
    parser.add_argument("--method", required=True, help="an entry of the config's methods")
    parser.add_argument("--round", type=int, required=True, help="train up to this round; 0 is the initial model")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data", required=True, help="the images, from scripts/data.py")
    parser.add_argument(
        "--auxiliary", nargs="?", help="the auxiliary images, from scripts/auxiliary.py (FedSAI's start)"
    )
    parser.add_argument("--previous", nargs="?", help="an earlier checkpoint of the same method")
    parser.add_argument("--out", required=True, help="the checkpoint to write, .safetensors")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Trains and writes."""
    arguments = parser().parse_args(argv)
    settings = Settings.load(arguments.config, *SECTIONS)
    entry = settings.method(arguments.method)
    inputs = [arguments.data, *filter(None, [arguments.auxiliary, arguments.previous])]
    if arguments.round < 0:
        raise FlatgiaError("--round", f"{arguments.round} is no round", "give 0, the initial model, or more")
    check_files([arguments.out], [*inputs, arguments.config])
    prepare_torch(settings.compute)
    device = pick_device(settings.compute.device)
    from flatgia.federated.training import Training
    from flatgia.gradients.native.network import kernels

    parameters = settings.record("compute", "data", "federation", "model", methods=arguments.method)
    by = kernels(settings.model.network, settings.compute.compile, device)
    record = artifacts.Provenance("train", parameters | {"round": arguments.round}, inputs, arguments.seed, device, by)
    training = Training.load(settings, entry, arguments.data, arguments.seed, device)
    if arguments.previous:
        before = artifacts.load_facts(arguments.previous)
        for name in ("method", "seed"):
            wanted = getattr(arguments, name)
            if before.get(name) != wanted:
                what = f"a checkpoint of {name} {before[name]}" if name in before else f"it names no {name}"
                raise FlatgiaError(arguments.previous, what, f"give one of {name} {wanted}")
    begin = training.begin(arguments.previous, arguments.auxiliary)
    resume = Path(f"{arguments.out}.resume")
    recipe = artifacts.canonical([parameters, arguments.seed, device, by, list(record.facts["inputs"].values())])
    resumed = training.resumed(resume, recipe)
    begin = resumed if resumed and resumed.number <= arguments.round else begin
    facts = {"method": arguments.method, "seed": arguments.seed}
    for state in training.rounds(begin, arguments.round, f"{entry.label} to round {arguments.round}"):
        if state.number % SAVE_EVERY == 0 and state.number < arguments.round:
            training.save(resume, state, facts | {"recipe": recipe}, record)
    training.save(arguments.out, state, facts, record)
    resume.unlink(missing_ok=True)
    artifacts.provenance_path(resume).unlink(missing_ok=True)


if __name__ == "__main__":
    run(main)
