"""Reconstructs the images of the pipeline from the gradients that a client shares.

On the targets of scripts/targets.py, with one --out per --checkpoint:
    python scripts/attack.py --attack ig --method fedsam --checkpoint round_0010.safetensors \\
        --targets targets.safetensors --out reconstruction.safetensors
A network, an image or a gradient of your own: scripts/audit.py.
"""

import argparse
from collections.abc import Sequence

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files
from flatgia.settings import config
from flatgia.settings.settings import Settings


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--config", default=config.PAPER, help=config.HELP)
    add("--attack", required=True, help="The attack, an entry of the config's attacks.")
    add("--method", default="fedavg", help="What the client runs, an entry of the config's methods. Default: fedavg.")
    add("--gradient", choices=["method", "plain"], default="method", help="What is attacked: method, which is what a client"
        " of the method shares; or plain. Default: method.")  # fmt: skip
    add(
        "--attacker", choices=["naive", "adaptive"], default="naive", help="Adaptive models the method. Default: naive."
    )
    add("--batch", type=int, default=1, help="How many images are behind one gradient. Default: 1.")
    add("--seed", type=int, default=0, help="The seed of the random starts. Default: 0.")
    add("--generator", nargs="?", help="The generator from scripts/generator.py, for GIAS and GIFD.")
    add("--checkpoint", nargs="+", required=True, help="The models.")
    add("--targets", required=True, help="The images from scripts/targets.py.")
    add("--out", nargs="+", required=True, help="A .safetensors per checkpoint.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Attacks the pipeline's targets."""
    given = parser().parse_args(argv)
    settings = Settings.load(given.config, "attacks", "compute", "data", "methods", "model")
    settings.attack(given.attack), settings.method(given.method)  # a mistake in a name is told before torch is there
    prepare_torch(settings.compute)
    attack_targets(given, settings, pick_device(settings.compute.device))


def attack_targets(given: argparse.Namespace, settings: Settings, device: str) -> None:
    """Attacks the checkpoints and saves each answer: on a CPU as soon as it is there, on a GPU all from one batch."""
    from flatgia.attacks.run import Case, attack_checkpoints

    if len(given.checkpoint) != len(given.out):
        raise FlatgiaError("--out", f"{len(given.out)} names for {len(given.checkpoint)} checkpoints", "pair them")
    check_files(given.out, [*given.checkpoint, given.targets, given.generator, given.config])
    case = Case(given.attack, given.method, given.gradient, given.attacker, given.batch, given.seed)
    artifacts.check(given.targets)
    together = device != "cpu" and len(given.checkpoint) > 1
    answers = attack_checkpoints(
        settings, case, given.checkpoint, given.targets, given.generator, device, together=together
    )
    inputs = ([checkpoint, given.targets, *filter(None, [given.generator])] for checkpoint in given.checkpoint)
    records = (_record(given, settings, paths, device) for paths in inputs)
    if together:
        records = list(records)  # the clock of each runs over the whole batch
    for out, record, (tensors, facts) in zip(given.out, records, answers, strict=True):
        artifacts.save_tensors(out, tensors, facts, record)


def _record(given: argparse.Namespace, settings: Settings, inputs: list[str], device: str) -> artifacts.Provenance:
    from flatgia.attacks.client import backend_at
    from flatgia.gradients.choice import kernels

    parameters = settings.record("compute", "data", "model", attacks=given.attack, methods=given.method)
    parameters |= {key: getattr(given, key) for key in ("gradient", "attacker", "batch")}
    backend, _ = backend_at(settings, given.method, given.checkpoint[0], device)
    return artifacts.Provenance("attack", parameters, inputs, given.seed, device, kernels(backend, device))


if __name__ == "__main__":
    run(main)
