"""Attacks checkpoints of the pipeline: reconstructs the target images from the gradients a client shares.

    python scripts/attack.py --attack ig --method fedsam --checkpoint round_0010.safetensors \\
        --targets targets.safetensors --out reconstruction.safetensors

Several checkpoints of one method may be given, with as many --out.
"""

import argparse
from collections.abc import Sequence

from flatgia import artifacts, config
from flatgia.cli import pick_device, prepare_torch, run
from flatgia.errors import FlatgiaError


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--config", default=config.PAPER, help="a YAML file, or JSON text (default: %(default)s)")
    add("--attack", required=True, help="an entry of the config's attacks")
    add("--method", required=True, help="the method the client runs, an entry of the config's methods")
    add("--gradient", choices=["method", "plain"], default="method", help="what the client shares (default: method)")
    add("--attacker", choices=["naive", "adaptive"], default="naive", help="adaptive models the method (default: naive)")
    add("--batch", type=int, default=1, help="images behind one gradient (default: 1)")
    add("--seed", type=int, default=0)
    add("--targets", required=True, help="the images, from scripts/targets.py")
    add("--prior", nargs="?", help="the generator, from scripts/prior.py (GIAS and GIFD)")
    add("--checkpoint", nargs="+", required=True, help="what is attacked, from scripts/train.py")
    add("--out", nargs="+", required=True, help="a .safetensors for each checkpoint")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Attacks one checkpoint after another."""
    arguments = parser().parse_args(argv)
    if len(arguments.checkpoint) != len(arguments.out):
        raise FlatgiaError("--out", f"{len(arguments.out)} names for {len(arguments.checkpoint)} checkpoints", "pair them")
    settings = config.load(arguments.config)
    for section, name in (("attacks", arguments.attack), ("methods", arguments.method)):
        config.entry(settings, section, name)
    prepare_torch(settings["compute"]["threads"])
    device = pick_device(settings["compute"]["device"])
    from flatgia.attacks.run import Case, attack_checkpoint

    case = Case(
        arguments.attack, arguments.method, arguments.gradient, arguments.attacker, arguments.batch, arguments.seed
    )
    for checkpoint, out in zip(arguments.checkpoint, arguments.out, strict=True):
        record = artifacts.Record(
            "attack",
            {
                "attacks": {case.attack: settings["attacks"][case.attack]},
                "methods": {case.method: settings["methods"][case.method]},
                **{section: settings[section] for section in ("compute", "data", "model")},
                **{key: getattr(case, key) for key in ("gradient", "attacker", "batch")},
            },
            [checkpoint, arguments.targets, *filter(None, [arguments.prior])],
            case.seed,
            device,
        )
        tensors, facts = attack_checkpoint(settings, case, checkpoint, arguments.targets, arguments.prior, device)
        artifacts.save_tensors(out, tensors, facts, record)


if __name__ == "__main__":
    run(main)
