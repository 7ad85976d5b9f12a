"""Attacks a client of one network at several checkpoints, in each setting, and scores the answers: one table of metrics.

python scripts/studies/networks.py --attack ig_any --method fedsam --axes method-naive plain-naive \\
    --checkpoint round_0000.safetensors round_0050.safetensors --targets targets.safetensors --out metrics.csv
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.outputs import check_files
from flatgia.settings import config
from flatgia.settings.settings import Settings

if TYPE_CHECKING:
    from torch import Tensor

SECTIONS = ["compute", "data", "model"]
AXES = ["method-naive", "method-adaptive", "plain-naive"]
METRICS = ("psnr", "ssim", "mse")  # LPIPS would be that of a network trained on other images


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--config", default=config.PAPER, help=config.HELP)
    add("--attack", required=True, help="The attack, an entry of the config's attacks; it searches in no generator.")
    add("--method", required=True, help="What the client runs, an entry of the config's methods.")
    add("--axes", nargs="+", choices=AXES, default=AXES, help="What is attacked, and who attacks. Default: all.")
    add("--seed", type=int, default=0, help="The seed of the random starts. Default: %(default)s.")
    add("--checkpoint", nargs="+", required=True, help="The models, from scripts/train.py.")
    add("--targets", required=True, help="The images, from scripts/targets.py.")
    add("--out", required=True, help="The .csv file to write.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Attacks, scores and writes."""
    given = parser().parse_args(argv)
    settings = Settings.load(given.config, *SECTIONS, "attacks", "methods")
    settings.attack(given.attack), settings.method(given.method)
    check_files([given.out], [*given.checkpoint, given.targets, given.config])
    prepare_torch(settings.compute)
    from flatgia.attacks.client import backend_at
    from flatgia.gradients.choice import kernels
    from flatgia.metrics.table import write_table

    device = pick_device(settings.compute.device)
    backend, _ = backend_at(settings, given.method, given.checkpoint[0], device)
    parameters = settings.record(*SECTIONS, attacks=given.attack, methods=given.method)
    parameters |= {"axes": given.axes, "metrics": list(METRICS)}
    inputs = [*given.checkpoint, given.targets]
    by = kernels(backend, device)
    record = artifacts.Provenance("networks", parameters, inputs, given.seed, device, by)
    with artifacts.artifact(given.out, record) as temporary:
        write_table(temporary, scored(given, settings, device))


def scored(
    given: argparse.Namespace, settings: Settings, device: str
) -> Iterator[tuple[Mapping[str, Any], Iterator[tuple[int, str, float]]]]:
    """Facts and rows of each attack, in each setting at each checkpoint."""
    from flatgia.attacks.run import Case, attack_checkpoints
    from flatgia.metrics.registry import metrics_named
    from flatgia.metrics.table import fit, score

    truth = artifacts.load_tensors(given.targets)[0]
    images = truth["images"][: len(truth["indices"])]
    metrics = metrics_named(METRICS, None)
    for axes in given.axes:
        case = Case(given.attack, given.method, *axes.split("-"), 1, given.seed)
        for tensors, facts in attack_checkpoints(settings, case, given.checkpoint, given.targets, None, device):
            on_cpu: dict[str, Tensor] = {name: value.cpu() for name, value in tensors.items()}
            rows = score(on_cpu["reconstruction"], on_cpu["truth_index"], images, metrics)
            yield facts, chain(rows, fit(on_cpu))


if __name__ == "__main__":
    run(main)
