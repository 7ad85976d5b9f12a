"""The command of a study that attacks its own models: attacks in several settings, scores, keeps nothing but the scores."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch
from flatgia.core.outputs import check_files
from flatgia.settings import config
from flatgia.settings.settings import Settings
from flatgia.studies.axes import AXES

SECTIONS = ["compute", "data", "model"]
METRICS = ("psnr", "ssim", "mse")  # LPIPS would be that of a network trained on other images
NAMES = ["-".join(axes) for axes in AXES]


def parser(words: str | None) -> argparse.ArgumentParser:
    """The command line; `words` are the docstring of the command."""
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--config", default=config.PAPER, help=config.HELP)
    add("--attack", required=True, help="The attack, an entry of the config's attacks; it searches in no generator.")
    add("--method", required=True, help="What the client runs, an entry of the config's methods.")
    add("--axes", nargs="+", choices=NAMES, default=NAMES, help="What is attacked, and who attacks. Default: all.")
    add("--seed", type=int, default=0, help="The seed of the random starts. Default: %(default)s.")
    add("--checkpoint", nargs="+", required=True, help="The models, from scripts/train.py.")
    add("--targets", required=True, help="The images, from scripts/targets.py.")
    add("--out", required=True, help="The .csv file to write.")
    return parser


def attack_and_score(study: str, words: str | None, argv: Sequence[str] | None) -> None:
    """Writes a table of metrics, a row for each image, metric, setting and checkpoint."""
    given = parser(words).parse_args(argv)
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
    record = artifacts.Provenance(study, parameters, inputs, given.seed, device, kernels(backend, device))
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
        gradient, attacker = axes.split("-")
        case = Case(given.attack, given.method, gradient, attacker, 1, given.seed)
        for tensors, facts in attack_checkpoints(settings, case, given.checkpoint, given.targets, None, device):
            on_cpu = {name: value.cpu() for name, value in tensors.items()}
            rows = score(on_cpu["reconstruction"], on_cpu["truth_index"], images, metrics)
            yield facts, chain(rows, fit(on_cpu))
