"""Trains one federated method up to a round, or several in turn, and writes a checkpoint of each.

    python scripts/train.py --method fedsam --round 10 --data results/shared/cifar10.safetensors \\
        --out round_0010.safetensors

Several rounds take as many --out. `--previous` names an earlier checkpoint of the same method to go on from; a killed run
goes on where it stopped.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.settings import config
from flatgia.settings.settings import Settings

if TYPE_CHECKING:
    from flatgia.federated.training import Training

SECTIONS = ["compute", "data", "federation", "methods", "model"]
SAVE_EVERY = 10  # rounds between two resume files


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", default=config.PAPER, help=config.HELP)
    parser.add_argument("--method", required=True, help="What the clients run, an entry of the config's methods.")
    parser.add_argument(
        "--round", type=int, nargs="+", required=True, help="The rounds to train up to; 0 is the initial model."
    )
    parser.add_argument("--seed", type=int, default=0, help="The seed of the run. Default: %(default)s.")
    parser.add_argument("--data", required=True, help="The images from scripts/data.py.")
    parser.add_argument(
        "--auxiliary", nargs="?", help="The images from scripts/auxiliary.py, for the initial model of FedSAI."
    )
    parser.add_argument("--previous", nargs="?", help="An earlier checkpoint of the same method to go on from.")
    parser.add_argument("--out", nargs="+", required=True, help="A .safetensors file to write for each round.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Trains and writes, each checkpoint as if the one before it had been given as --previous."""
    arguments = parser().parse_args(argv)
    settings = Settings.load(arguments.config, *SECTIONS)
    entry = settings.method(arguments.method)
    inputs = [arguments.data, *filter(None, [arguments.auxiliary, arguments.previous])]
    check_rounds(arguments.round, arguments.out)
    check_files(arguments.out, [*inputs, arguments.config])
    prepare_torch(settings.compute)
    device = pick_device(settings.compute.device)
    from flatgia.datasets.dataset import described, facts_kept
    from flatgia.federated.training import Training
    from flatgia.gradients.choice import backend_for, kernels
    from flatgia.networks.trained import check_trained, trained_with

    parameters = settings.record("compute", "data", "federation", "model", methods=arguments.method)
    about = artifacts.load_facts(arguments.data)
    backend = backend_for(settings, described(settings.data, about, arguments.data), device)
    facts = {"method": arguments.method, "seed": arguments.seed}
    facts |= {"trained": trained_with(settings, arguments.method, facts_kept(about))}
    if arguments.previous:
        check_previous(arguments)
        check_trained(artifacts.load_facts(arguments.previous), facts["trained"], arguments.previous)
    by = kernels(backend, device)
    training = None
    for number, out in zip(arguments.round, arguments.out, strict=True):
        made_with = parameters | {"round": number}
        record = artifacts.Provenance("train", made_with, inputs, arguments.seed, device, by)
        if training is None:
            training = Training.load(settings, entry, arguments.data, arguments.seed, backend, device)
            if said := training.about_norms():
                print(said, file=sys.stderr, flush=True)
        recipe = artifacts.canonical([parameters, arguments.seed, device, by, list(record.facts["inputs"].values())])
        train_to(number, training, arguments, out, facts, recipe, record, f"{entry.label} to round {number}")
        arguments.previous, arguments.auxiliary, inputs = out, None, [arguments.data, out]


def check_rounds(rounds: Sequence[int], out: Sequence[str]) -> None:
    """Raises `FlatgiaError` unless the rounds ascend from 0 or more, with a file for each."""
    if wrong := [number for number in rounds if number < 0]:
        raise FlatgiaError("--round", f"{wrong[0]} is no round", "give 0, the initial model, or more")
    if list(rounds) != sorted(set(rounds)):
        raise FlatgiaError("--round", "the rounds do not ascend", "name each once, the earliest first")
    if len(rounds) != len(out):
        raise FlatgiaError("--out", f"{len(out)} names for {len(rounds)} rounds", "pair them")


def train_to(
    number: int,
    training: "Training",
    arguments: argparse.Namespace,
    out: str,
    facts: dict[str, Any],
    recipe: str,
    record: artifacts.Provenance,
    label: str,
) -> None:
    """Trains from --previous, or from a resume file of the same recipe, to a round and writes its checkpoint."""
    begin = training.begin(arguments.previous, arguments.auxiliary)
    resume = Path(f"{out}.resume")
    resumed = training.resumed(resume, recipe)
    begin = resumed if resumed and resumed.number <= number else begin
    for reached in training.rounds(begin, number, label):
        if reached.number % SAVE_EVERY == 0 and reached.number < number:
            training.save(resume, reached, facts | {"recipe": recipe}, record)
    training.save(out, reached, facts, record)
    resume.unlink(missing_ok=True)
    artifacts.provenance_path(resume).unlink(missing_ok=True)


def check_previous(arguments: argparse.Namespace) -> None:
    """Raises `FlatgiaError` unless the checkpoint to go on from is one of this method and seed."""
    before = artifacts.load_facts(arguments.previous)
    for name in ("method", "seed"):
        wanted = getattr(arguments, name)
        if before.get(name) != wanted:
            what = f"a checkpoint of {name} {before[name]}" if name in before else f"it names no {name}"
            raise FlatgiaError(arguments.previous, what, f"give one of {name} {wanted}")


if __name__ == "__main__":
    run(main)
