"""Writes the lines that appear under each figure and table: the scale, and what stands in for what."""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from flatgia.core import artifacts
from flatgia.core.cli import run
from flatgia.core.outputs import check_files
from flatgia.datasets.dataset import DATASETS
from flatgia.settings import config
from flatgia.settings.registry import network_class

READ = ("data", "federation", "methods", "model", "rounds", "scale", "targets")
# What is named where a scale differs from the paper's: with both numbers, and where there are too many by section.
SCALES = {
    "rounds": (lambda c: max(n for group in c["rounds"].values() for n in group), "rounds"),
    "images_per_client": (lambda c: c["federation"]["images_per_client"], "images a client"),
    "local_epochs": (lambda c: c["federation"]["local_epochs"], "local epochs"),
    "targets": (lambda c: c["targets"]["images"], "targets"),
}
SECTIONS = {"attacks": "attacks", "generator": "generator", "hessian": "Hessian"}


def lines(settings: dict[str, Any], stand_in: bool) -> Iterator[str]:
    """The sentences, most important first."""
    if settings["scale"] != "paper":
        paper = config.load(config.PAPER)
        pairs = [(read(settings), read(paper), name) for read, name in SCALES.values()]
        counts = ", ".join(f"{ours:,} {name} ({theirs:,})" for ours, theirs, name in pairs if ours != theirs)
        names = [name for section, name in SECTIONS.items() if differs(settings, paper, section)]
        said = [counts] * bool(counts) + [f"other settings of {listed(names)}"] * bool(names)
        where = " (its numbers in brackets)" if counts else ""
        yield f"Scale {settings['scale']}, not the paper's protocol{where}{': ' * bool(said)}{'; '.join(said)}."
    if settings["data"]["dataset"] != "cifar10":
        yield f"Data: {DATASETS[settings['data']['dataset']].label}, not CIFAR-10."
    if network_class(settings["model"]["network"]) != network_class("LeNet"):
        yield f"Network: {settings['model']['network'].rpartition(':')[2]}, not the paper's LeNet."
    if stand_in:
        seen = "so its accuracy is measured on images it has seen, and the mismatch by which the paper explains it is not there"
        images = "CIFAR-10 test images" if settings["data"]["dataset"] in {"cifar10", "synthetic"} else "test images"
        yield f"\u2020 FedSAI: the {images} stand in for CIFAR-100, {seen}."


def differs(settings: dict[str, Any], paper: dict[str, Any], section: str) -> bool:
    """Whether a section, where given, has other values than the paper's; what is added to it does not count."""
    given = settings.get(section, paper[section])
    return any(given.get(key) != value for key, value in paper[section].items())


def listed(names: Sequence[str]) -> str:
    """The names in a sentence: a, b and c."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def main(argv: Sequence[str] | None = None) -> None:
    """Reads the configuration and, for FedSAI, its auxiliary images; writes the notes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default=config.PAPER, help=config.HELP)
    parser.add_argument("--auxiliary", help="The auxiliary images, for outputs that show FedSAI.")
    parser.add_argument("--out", required=True, help="The .json file to write.")
    arguments = parser.parse_args(argv)
    settings = config.load(arguments.config, *READ)
    check_files([arguments.out], [arguments.auxiliary, arguments.config])
    record = artifacts.Provenance("notes", settings, filter(None, [arguments.auxiliary]))
    stand_in = bool(arguments.auxiliary) and artifacts.load_facts(arguments.auxiliary)["stand_in"]
    own = {
        name for name, entry in settings["methods"].items() if entry["rule"] == "fedsai" and "auxiliary" not in entry
    }
    marked = [name for name in settings["methods"] if name in own] if stand_in else []
    notes = {
        "scale": settings["scale"],
        "lines": list(lines(settings, stand_in)),
        "marks": dict.fromkeys(marked, "†"),
    }
    artifacts.save_json(arguments.out, notes, record)


if __name__ == "__main__":
    run(main)
