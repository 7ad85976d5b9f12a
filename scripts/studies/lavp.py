"""Foresees, and then tries, how well each image is reconstructed from its plain gradient.

The spectra of both matching losses' Hessians at the images, without an attack:
    python scripts/studies/lavp.py spectra --checkpoint round_0100.safetensors --targets images.safetensors \\
        --out spectra.safetensors
What attacks without a prior reach under one loss; descent takes its rate from the spectra:
    python scripts/studies/lavp.py recoveries --checkpoint round_0100.safetensors --targets images.safetensors \\
        --spectra spectra.safetensors --loss l2 --out recoveries.csv
"""

import argparse
from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.core.rows import save_rows
from flatgia.settings import config
from flatgia.settings.settings import Settings

SECTIONS = ["compute", "data", "model"]
COLUMNS = ["model", "method", "round", "seed", "loss", "optimiser", "start", "draw", "image", "metric", "value"]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["spectra", "recoveries"], help="What is measured.")
    add = parser.add_argument
    add("--config", default=config.PAPER, help=config.HELP)
    add("--method", default="fedavg", help="What the clients ran, an entry of the config's methods. Default: fedavg.")
    add("--model", default="own", help="What the network is called in the tables. Default: %(default)s.")
    add("--checkpoint", required=True, help="The model, from scripts/train.py.")
    add("--targets", required=True, help="The images, from scripts/targets.py.")
    add("--directions", type=int, default=2**20, help="Of an image's space, at most; by default all.")
    add("--spectra", help="What `spectra` wrote of the same model and images.")
    add("--loss", choices=["l2", "cosine"], default="l2", help="Of gradient matching. Default: %(default)s.")
    add("--sigmas", type=float, nargs="+", default=[0.01, 0.1], help="Starts: the truth and noise of these deviations.")
    add("--draws", type=int, default=2, help="Of every start. Default: %(default)s.")
    add("--steps", type=int, default=300, help="Of every attack. Default: %(default)s.")
    add("--adam", type=float, default=0.01, help="The learning rate of Adam. Default: %(default)s.")
    add("--vgg", type=Path, help="The VGG16 weights, for LPIPS.")
    add("--seed", type=int, default=0, help="The seed that draws directions and starts. Default: %(default)s.")
    add("--out", required=True, help="The file to write.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Measures and writes."""
    given = parser().parse_args(argv)
    for option in ("directions", "draws", "steps"):
        if getattr(given, option) < 1:
            raise FlatgiaError(f"--{option}", "less than one", "give 1 or more")
    if not all(value > 0 for value in (given.adam, *given.sigmas)):
        raise FlatgiaError("--adam, --sigmas", "not above 0", "give positive numbers")
    if given.what == "recoveries" and given.spectra is None:
        raise FlatgiaError("--spectra", "missing: the rate of descent comes from it", "give what `spectra` wrote")
    settings = Settings.load(given.config, *SECTIONS, "methods", "metrics")
    settings.method(given.method)
    inputs = [given.checkpoint, given.targets, *filter(None, [given.spectra, given.vgg])]
    check_files([given.out], [*inputs, given.config])
    prepare_torch(settings.compute)
    from flatgia.attacks.client import load_client
    from flatgia.gradients.choice import kernels
    from flatgia.metrics.registry import metrics_named
    from flatgia.studies.lavp.measure import all_spectra, recoveries, stable_rate

    device = pick_device(settings.compute.device)
    client = load_client(settings, given.method, given.checkpoint, given.targets, device)
    options = {key: str(value) for key, value in vars(given).items() if key not in ("config", "out", "what")}
    parameters = settings.record(*SECTIONS, methods=given.method) | {"options": options}
    by = kernels(client.victim.backend, device)
    record = artifacts.Provenance(f"lavp {given.what}", parameters, inputs, given.seed, device, by)
    about: dict[str, Any] = {"model": given.model, "method": given.method}
    about |= {"round": client.facts.get("round", 0), "seed": given.seed}
    label = f"{given.model}, round {about['round']}"
    if given.what == "spectra":
        tensors = all_spectra(client, given.directions, label, given.seed)
        facts = about | {"entries": client.inputs[0].numel(), "accuracy": client.facts.get("accuracy", 0)}
        artifacts.save_tensors(given.out, tensors, facts, record)
        return
    seen = artifacts.load_tensors(given.spectra)[0]
    if len(seen["norm"]) != len(client.inputs):
        what = f"of {len(seen['norm'])} images, and --targets has {len(client.inputs)}"
        raise FlatgiaError(given.spectra, what, "give those of the same images")
    rates = stable_rate(seen[f"{given.loss}_largest"]), given.adam
    metrics = metrics_named([name for name in settings.metrics if name != "lpips" or given.vgg], given.vgg)
    values = recoveries(client, given.loss, given.sigmas, given.draws, given.steps, rates, metrics, label, given.seed)

    def rows() -> Iterator[list[Any]]:
        for *which, value in values:
            if not isfinite(value):
                raise FlatgiaError(given.checkpoint, f"a value of {which[-1]} is not finite", "train again")
            yield [*about.values(), given.loss, *which, value]

    save_rows(given.out, COLUMNS, rows(), record)


if __name__ == "__main__":
    run(main)
