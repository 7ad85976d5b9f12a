"""Reconstructs images from the gradients that a client shares.

On a checkpoint of yours, with an image (what would its gradient reveal?) or with a shared gradient:
    python scripts/attack.py --attack ig --checkpoint net.pt --model package.module:Class \\
        --image cat.png --label 3 --out results/cat
    python scripts/attack.py --attack ig --checkpoint net.pt --model package.module:Class \\
        --gradient shared.safetensors --out results/unknown
writes overview.png, reconstruction.png, cost.csv, result.safetensors and, with an image, metrics.csv to the folder --out.

In the pipeline, on the targets of scripts/targets.py, with one --out per --checkpoint:
    python scripts/attack.py --attack ig --method fedsam --checkpoint round_0010.safetensors \\
        --targets targets.safetensors --out reconstruction.safetensors
"""

import argparse
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files, check_folder
from flatgia.settings import config
from flatgia.settings.settings import Settings

# Options that serve without --targets only, or with them only, and their defaults.
OWN: dict[str, Any] = {"model": None, "image": None, "label": None, "size": 32}
PIPELINE = {"batch": 1}
LARGEST = 512  # pixels a side; an attack on more would not fit into memory


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--config", default=config.PAPER, help=config.HELP)
    add("--attack", required=True, help="The attack, an entry of the config's attacks.")
    add("--method", default="fedavg", help="What the client runs, an entry of the config's methods. Default: fedavg.")
    add("--gradient", default="method", help="What is attacked: method, which is what a client of the method shares;"
        " plain; or a .safetensors with a shared gradient, one tensor per parameter. Default: method.")  # fmt: skip
    add(
        "--attacker", choices=["naive", "adaptive"], default="naive", help="Adaptive models the method. Default: naive."
    )
    add("--seed", type=int, default=0, help="The seed of the random starts. Default: 0.")
    add("--generator", nargs="?", help="The generator from scripts/generator.py, for GIAS and GIFD.")
    add("--checkpoint", nargs="+", required=True, help="The model: .safetensors, or a state dict in .pt.")
    add("--out", nargs="+", required=True, help="A folder; in the pipeline a .safetensors per checkpoint.")
    own = parser.add_argument_group("on a checkpoint of yours")
    own.add_argument("--model", help="The network, as package.module:Class. Default: the config's.")
    own.add_argument("--image", help="A PNG or JPEG, whose middle square is resized to --size.")
    own.add_argument("--label", type=int, help="The class of the image.")
    own.add_argument("--size", type=int, help="Height and width of the network's images. Default: 32.")
    pipeline = parser.add_argument_group("in the pipeline")
    pipeline.add_argument("--targets", help="The images from scripts/targets.py.")
    pipeline.add_argument("--batch", type=int, help="How many images are behind one gradient. Default: 1.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Attacks the pipeline's targets, or the user's own."""
    given = settle(parser().parse_args(argv))
    settings = Settings.load(given.config, "attacks", "compute", "data", "methods", "model")
    settings.attack(given.attack), settings.method(given.method)  # a mistake in a name is told before torch is there
    prepare_torch(settings.compute)
    device = pick_device(settings.compute.device)
    attack_targets(given, settings, device) if given.targets is not None else attack_own(given, settings, device)


def settle(given: argparse.Namespace) -> argparse.Namespace:
    """Fills in the defaults. Raises `FlatgiaError` if an option is given that would be ignored."""
    unused, word = (PIPELINE, "without") if given.targets is None else (OWN, "with")
    if odd := [f"--{name}" for name in unused if getattr(given, name) is not None]:
        raise FlatgiaError(", ".join(odd), f"not used {word} --targets", f"leave {' and '.join(odd)} out")
    for name, default in (OWN | PIPELINE).items():
        if getattr(given, name) is None:
            setattr(given, name, default)
    return given


def attack_targets(given: argparse.Namespace, settings: Settings, device: str) -> None:
    """Attacks the checkpoints and saves each answer: on a CPU as soon as it is there, on a GPU all from one batch."""
    from flatgia.attacks.run import Case, attack_checkpoints

    if len(given.checkpoint) != len(given.out):
        raise FlatgiaError("--out", f"{len(given.out)} names for {len(given.checkpoint)} checkpoints", "pair them")
    if given.gradient not in {"method", "plain"}:
        raise FlatgiaError("--gradient", "with --targets it is method or plain", "leave --targets out to attack a file")
    check_files(given.out, [*given.checkpoint, given.targets, given.generator, given.config])
    case = Case(given.attack, given.method, given.gradient, given.attacker, given.batch, given.seed)
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


def attack_own(given: argparse.Namespace, settings: Settings, device: str) -> None:
    """Attacks a checkpoint of the user's with an image or a gradient of theirs."""
    # By name: the pipeline's attacks do not depend on what serves a user's own.
    own = importlib.import_module("flatgia.audit.own")
    from flatgia.federated.methods import load_method
    from flatgia.networks.network import load_network

    file = None if given.gradient in {"method", "plain"} else given.gradient
    if (file is None) == (given.image is None):
        remedy = "give --targets, or --image with --label, or --gradient with a file"
        raise FlatgiaError("attack.py", "it must be told one thing to attack", remedy)
    if given.image and given.label is None:
        raise FlatgiaError("--label", "missing: the gradient of an image depends on its class", "give its number")
    if not 1 <= given.size <= LARGEST:
        raise FlatgiaError("--size", f"{given.size} is no size of an image here", f"give 1 to {LARGEST}")
    if len(given.checkpoint) > 1 or len(given.out) > 1:
        raise FlatgiaError("--checkpoint", "one at a time without --targets", "give one checkpoint and one --out")
    if given.model:
        settings = Settings(settings.given | {"model": settings.given["model"] | {"network": given.model}})
        load_network(settings.model.network, "--model")  # a mistake in it is told of the option
    inputs = [given.checkpoint[0], *filter(None, [given.image, file, given.generator])]
    check_folder(given.out[0])
    check_files([Path(given.out[0], name) for name in own.WRITTEN], [*inputs, given.config])
    for path in inputs:
        artifacts.check(path)
    record = _record(given, settings, inputs, device)
    truth = own.read_image(given.image, given.size) if given.image else None
    method = load_method(settings.methods[given.method]) if given.gradient != "plain" else None
    client = own.open_client(settings, method, given.checkpoint[0], given.size, device)
    shared = own.shared_of(client, truth, given.label, settings.data) if truth is not None else None
    observed = shared or own.read_gradient(file, client.params)
    believed = client if given.attacker == "adaptive" else client._replace(method=None)
    attack = settings.attacks[given.attack]
    found = own.attack_own(settings, attack, believed, observed, given.size, given.generator, given.seed)
    own.write_answer(Path(given.out[0]), found, truth, record)
    print(f"{given.out[0]}/overview.png: cost {found.cost[0, found.chosen[0]]:.3g}")


def _record(given: argparse.Namespace, settings: Settings, inputs: list[str], device: str) -> artifacts.Provenance:
    from flatgia.attacks.client import backend_at
    from flatgia.gradients.choice import choose_backend, kernels
    from flatgia.networks.network import load_network

    parameters = settings.record("compute", "data", "model", attacks=given.attack, methods=given.method)
    parameters |= {key: getattr(given, key) for key in ("gradient", "attacker", "batch")}
    if given.targets is None:
        backend = choose_backend(load_network(settings.model.network), settings.compute.compile, device)
    else:
        backend, _ = backend_at(settings, given.method, given.checkpoint[0], device)
    return artifacts.Provenance("attack", parameters, inputs, given.seed, device, kernels(backend, device))


if __name__ == "__main__":
    run(main)
