"""Trains a network with one optimiser and measures, on the way, the angle to the Hessian's leading eigenvector.

    python scripts/studies/xsam.py --network relu_lenet --optimiser sam --tune --data results/shared/cifar10.safetensors \\
        --out tuned.json
    python scripts/studies/xsam.py --network relu_lenet --optimiser sam --tuned tuned.json \\
        --data results/shared/cifar10.safetensors --out trained.csv

The first chooses the learning rate on held-out images; the second trains, and goes on where a killed run stopped.
"""

import argparse
from collections.abc import Sequence
from math import isfinite
from pathlib import Path

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.core.rows import save_rows
from flatgia.settings import config
from flatgia.settings.settings import Settings
from flatgia.studies.xsam.section import for_one, grid, numbers_of, read

SECTIONS = ["compute", "data"]
COLUMNS = ["network", "optimiser", "seed", "epoch", "step", "number", "value"]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--config", default=config.PAPER, help=config.HELP)
    add("--network", required=True, help="An entry of the config's studies.xsam.networks.")
    add("--optimiser", required=True, help="An entry of the config's studies.xsam.optimisers.")
    add("--data", required=True, help="The images from scripts/data.py.")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--tune", action="store_true", help="Try the learning rates, and write which is the best.")
    which.add_argument("--tuned", nargs="?", help="What --tune wrote; not for a single rate.")
    add("--seed", type=int, default=0, help="The seed of all draws. Default: %(default)s.")
    add("--out", required=True, help="The file to write, .json with --tune, else .csv.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Tunes or trains, and writes."""
    given = parser().parse_args(argv)
    settings = Settings.load(given.config, *SECTIONS)
    section = config.load(given.config, *SECTIONS, "studies")["studies"].get("xsam")
    if section is None:
        raise FlatgiaError("the configuration text", "missing studies.xsam", "give that section too")
    for kind in ("network", "optimiser"):
        if getattr(given, kind) not in section[f"{kind}s"]:
            known = ", ".join(section[f"{kind}s"])
            raise FlatgiaError(f"--{kind}", f"{getattr(given, kind)} is unknown", f"known: {known}")
    rates = grid(section, given.optimiser)
    if not given.tune and given.tuned is None and len(rates) > 1:
        raise FlatgiaError("--tuned", f"missing, and there are {len(rates)} learning rates", "give what --tune wrote")
    check_files([given.out], [given.data, given.config, *filter(None, [given.tuned])])
    if settings.compute.device != "cpu":
        print("this study computes on the CPU, whatever compute.device says", flush=True)
    prepare_torch(settings.compute)
    from flatgia.datasets.dataset import described
    from flatgia.gradients.backend import Backend
    from flatgia.gradients.choice import kernels
    from flatgia.networks.built import network_for
    from flatgia.settings.sections import Model
    from flatgia.studies.xsam import run as runs
    from flatgia.studies.xsam.data import draw
    from flatgia.studies.xsam.resume import forget, load, save
    from flatgia.training import load_optimiser

    study, network = read(section, given.network)
    entry = section["optimisers"][given.optimiser]
    optimiser = load_optimiser(entry["kind"], numbers_of(entry), f"studies.xsam.optimisers.{given.optimiser}")
    setting = runs.Setting(study, network, optimiser, entry.get("longer", 1.0))
    tensors, about = artifacts.load_tensors(given.data)
    dataset = described(settings.data, about, given.data)
    backend = Backend(network_for(Model(network.network, "pytorch"), dataset.shape, dataset.classes))
    counts = network.images, study.held_out, study.test_images
    images = draw(tensors, settings.data, dataset, backend, counts, given.seed)
    device = pick_device("cpu")
    parameters = settings.record(*SECTIONS) | for_one({"studies": {"xsam": section}}, given.network, given.optimiser)
    inputs = [given.data, *filter(None, [given.tuned])]
    by = kernels(backend, device)
    record = artifacts.Provenance("xsam", parameters, inputs, given.seed, device, by)
    label = f"{entry['label']}, {network.label}"
    if given.tune:
        tried = runs.tune(setting, backend, images, rates, label, given.seed, "tuning")
        about = {"network": given.network, "optimiser": given.optimiser, "seed": given.seed}
        artifacts.save_json(given.out, about | {"tried": tried, "rate": runs.best(tried)}, record)
        return
    rate, tried = tuned(given.tuned, given.network, given.optimiser) if given.tuned else (rates[0], [])
    resume = Path(f"{given.out}.resume")
    recipe = artifacts.canonical([parameters, given.seed, by, list(record.facts["inputs"].values())])
    state = begin = load(resume, recipe) or runs.begin(setting, backend, given.seed)
    for state in runs.train(setting, backend, images, rate, begin, label, given.seed):
        save(resume, state, recipe, record)
    if not all(isfinite(row[-1]) for row in state.rows):
        raise FlatgiaError(given.out, "a number to be written is not finite", "lower studies.xsam.rates")
    # Beside the numbers, not among them: a clock's seconds are another at every run.
    record.facts["seconds_in_steps"] = round(state.reached.seconds, 3)
    about = [given.network, given.optimiser, given.seed]
    rows = [(0, -1, "rate", rate), *tried, *state.rows]
    save_rows(given.out, COLUMNS, ([*about, *row] for row in rows), record)
    forget(resume)


def tuned(path: str, network: str, optimiser: str) -> tuple[float, list[tuple[int, int, str, float]]]:
    """The learning rate that was chosen, and as rows what was tried. Raises `FlatgiaError` if it was for something else."""
    found = artifacts.load_json(path)
    if (found["network"], found["optimiser"]) != (network, optimiser):
        what = f"it is of {found['optimiser']} on {found['network']}"
        raise FlatgiaError(path, what, f"give that of {optimiser} on {network}")
    rows = []
    for each in found["tried"]:
        lost = each["accuracy"] is None
        rows.append((0, -1, f"{'diverged' if lost else 'tried'} {each['rate']:g}", 1.0 if lost else each["accuracy"]))
    return float(found["rate"]), rows


if __name__ == "__main__":
    run(main)
