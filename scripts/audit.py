"""Finds out what a gradient of your network gives away.

An image: what would its gradient reveal?
    python scripts/audit.py --model net.py:Net --checkpoint net.pt --image cat.png --label 3 --out results/cat
A gradient that was shared:
    python scripts/audit.py --model net.py:Net --checkpoint net.pt --gradient shared.pt --out results/shared
An update: the weights that a client got and those that it sent back, or their difference:
    python scripts/audit.py --model net.py:Net --update before.pt after.pt --learning-rate 0.1 --out results/update
    python scripts/audit.py --model net.py:Net --checkpoint net.pt --update difference.pt --out results/update

Says what it assumes, and at the end whether the modelled client explains the gradient. Writes overview.png (the pictures and
the cost), reconstruction.png, result.safetensors and result.json, which has all that was printed, to the folder --out.
Files may be safetensors, torch.save's or npz; tensors by name or in order. docs/audit.md has examples.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files, check_folder
from flatgia.settings import config
from flatgia.settings.settings import Settings

if TYPE_CHECKING:
    from torch import Tensor

    from flatgia.audit import Client
    from flatgia.networks.network import Params


class Scene(NamedTuple):
    """Who is attacked, and with what."""

    client: "Client"  # as the attacker takes it to be
    sharer: "Client | None"  # as it is, where it shares the gradient here
    gradient: "Params"
    truth: "Tensor | None"  # uint8 (B, C, H, W)
    notes: list[str]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_argument_group("what is attacked, one of the three")
    what.add_argument("--image", nargs="+", help="A picture, or several whose gradients are averaged.")
    what.add_argument("--gradient", help="A file with a shared gradient, one tensor a parameter, by name or in order.")
    what.add_argument("--update", nargs="+", metavar="FILE", help="The weights BEFORE and AFTER, or a file with their"
        " difference (after less before).")  # fmt: skip
    network = parser.add_argument_group("the network")
    network.add_argument("--model", help="As package.module:Class, file.py:Class or module:function, with arguments as in"
        " 'torchvision.models:resnet18(num_classes=10)'. Default: the config's.")  # fmt: skip
    network.add_argument("--checkpoint", help="Its weights when the gradient was taken. Default: BEFORE of --update.")
    network.add_argument("--size", type=int, nargs="+", help="Height and width of its images, or both in one number."
        " Default: found by trying.")  # fmt: skip
    client = parser.add_argument_group("what the client does")
    client.add_argument("--label", "--labels", type=int, nargs="+", help="The class of each image. Default: inferred from a"
        " gradient; with --image it is needed.")  # fmt: skip
    client.add_argument("--batch", type=int, help="How many images are behind the gradient. Default: 1.")
    client.add_argument("--mode", choices=["eval", "train"], default="eval", help="In train mode batch norm takes the"
        " statistics of the client's images. Default: eval.")  # fmt: skip
    client.add_argument("--mean", type=float, nargs="+", help="The client's inputs are (images - mean) / std, images in"
        " [0, 1]; one number a channel, or one for all. Default: the config's, if the network takes colours.")  # fmt: skip
    client.add_argument("--std", type=float, nargs="+", help="See --mean.")
    client.add_argument("--loss", choices=["cross-entropy", "bce"], help="Default: cross-entropy, and binary cross-entropy"
        " (bce) for a network with one logit.")  # fmt: skip
    client.add_argument("--scaled", action="store_true", help="The gradient was clipped or scaled by an unknown factor: only"
        " its direction counts.")  # fmt: skip
    client.add_argument("--learning-rate", type=float, help="Of an update. Default: unknown, as with --scaled.")
    client.add_argument("--steps", type=int, default=1, help="Of SGD in an update, all on the same images. Default: 1.")
    client.add_argument(
        "--method", default="fedavg", help="What it runs, an entry of the config's methods. Default: fedavg."
    )
    attack = parser.add_argument_group("the attack")
    attack.add_argument("--attack", default="ig", help="An entry of the config's attacks. Default: ig.")
    attack.add_argument(
        "--attacker", choices=["naive", "adaptive"], default="naive", help="Adaptive models the method. Default: naive."
    )
    attack.add_argument("--config", default=config.PAPER, help=config.HELP)
    attack.add_argument("--seed", type=int, default=0, help="The seed of the random starts. Default: 0.")
    attack.add_argument("--generator", help="The generator from scripts/generator.py, for GIAS and GIFD.")
    attack.add_argument("--compile", action="store_true", help="Compile the network first: it takes a minute or more, and pays"
        " for thousands of steps.")  # fmt: skip
    attack.add_argument("--out", required=True, help="A folder.")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Opens what was given, attacks it, says what it assumed and found."""
    given = parser().parse_args(argv)
    check_options(given)
    settings = Settings.load(given.config, "attacks", "compute", "data", "methods", "model")
    settings.attack(given.attack), settings.method(given.method)  # a mistake in a name is told before torch is there
    files = [
        *(given.image or []),
        *(given.update or []),
        *filter(None, [given.checkpoint, given.gradient, given.generator]),
    ]
    check_folder(given.out)
    prepare_torch(settings.compute)
    device = pick_device(settings.compute.device)
    from flatgia.audit.answer import WRITTEN, write_answer
    from flatgia.audit.attack import attack

    check_files([Path(given.out, name) for name in WRITTEN], [*files, given.config])
    said = {key: value for key, value in vars(given).items() if value is not None} | {"config": str(given.config)}
    parameters = settings.record("compute", "data", "model", attacks=given.attack, methods=given.method) | {
        "options": said
    }
    record = artifacts.Provenance("audit", parameters, files, given.seed, device)
    scene = set_scene(given, settings, device)
    batch = len(given.image) if given.image else given.batch or 1
    for note in scene.notes:
        print(note, flush=True)  # ahead of the attack's progress on the other stream
    found = attack(
        scene.client, scene.gradient, given.label, batch, given.attack, settings, given.seed, given.generator,
        scene.sharer, given.compile,
    )  # fmt: skip
    for note in (note for note in found.notes if note not in scene.notes):
        print(note)
    print(f"{'label' if batch == 1 else 'labels'}: {' '.join(map(str, found.labels))} ({SURE[found.sure]})")
    facts = {"options": said, "said_before": scene.notes}
    written = write_answer(given.out, found, scene.truth, facts, record)
    for name, values in written["scores"].items():
        print(f"{name.upper()}: {' '.join(f'{value:.4g}' for value in values)}")
    print(f"{given.out}/overview.png: cost {found.cost:.3g}")
    print(found.verdict.words)


SURE = {
    "given": "as given",
    "exact": "inferred, exact for one image under cross-entropy",
    "guess": "inferred, a guess",
    "least cost": "that of least cost among all classes, which were tried one by one",
}


def check_options(given: argparse.Namespace) -> None:
    """Raises `FlatgiaError` if options are missing, too many or contradict each other."""
    if sum(value is not None for value in (given.image, given.gradient, given.update)) != 1:
        remedy = "give --image with --label, or --gradient, or --update"
        raise FlatgiaError("audit.py", "nothing to attack, or more than one thing", remedy)
    if given.image and given.label is None:
        raise FlatgiaError("--label", "missing: the gradient of an image depends on its class", "give its number")
    if given.image and given.batch not in (None, len(given.image)):
        raise FlatgiaError("--batch", f"{given.batch}, and --image names {len(given.image)}", "leave --batch out")
    if given.batch is not None and given.batch < 1:
        raise FlatgiaError("--batch", f"{given.batch} images are none", "give 1 or more")
    if given.update and len(given.update) > 2:
        raise FlatgiaError(
            "--update", f"{len(given.update)} files", "give BEFORE and AFTER, or one with the difference"
        )
    if given.checkpoint is None and not (given.update and len(given.update) == 2):
        raise FlatgiaError("--checkpoint", "missing: a gradient depends on the weights", "give the network's weights")
    if given.checkpoint and given.update and len(given.update) == 2:
        raise FlatgiaError("--checkpoint", "not used with BEFORE and AFTER", "leave --checkpoint out")
    if not given.update and (given.steps != 1 or given.learning_rate is not None):
        raise FlatgiaError("--steps, --learning-rate", "used with --update alone", "leave them out, or give --update")
    if given.steps < 1:
        raise FlatgiaError("--steps", f"{given.steps} steps are none", "give 1 or more")
    if given.steps > 1 and given.learning_rate is None:
        raise FlatgiaError("--learning-rate", "missing: several steps depend on it", "give the client's")
    if given.learning_rate is not None and not given.learning_rate > 0:
        raise FlatgiaError("--learning-rate", f"{given.learning_rate} is none", "give a number above 0")
    if given.size and len(given.size) > 2:
        raise FlatgiaError("--size", f"{len(given.size)} numbers", "give height and width, or one for both")


def set_scene(given: argparse.Namespace, settings: Settings, device: str) -> Scene:
    """The client and its gradient. Raises `FlatgiaError` if a file or the network does not fit."""
    import torch

    from flatgia.audit import pictures, reading
    from flatgia.audit.border import open_network
    from flatgia.audit.client import Client
    from flatgia.federated.methods import load_method

    network = open_network(
        given.model or settings.model.network, "--model" if given.model else "config key model.network"
    )
    path = given.checkpoint or given.update[0]
    held = reading.read_checkpoint(path, network)
    network.load_state_dict(held.params | held.buffers, strict=False)
    notes = list(held.notes)
    if given.mode == "eval" and (lacking := reading.missing_statistics(network, held.buffers)):
        what = f"it holds no running statistics ({lacking[0]} ...), which eval mode needs"
        raise FlatgiaError(path, what, "save the whole state dict, buffers too, or say --mode train")
    if held.facts.get("method", given.method) != given.method:
        notes.append(f"{path} is of a client that runs {held.facts['method']}, and --method is {given.method}")
    shown = [pictures.open_picture(one) for one in given.image or []]
    size = (given.size[0], given.size[-1]) if given.size else None
    picture = pictures.size_of(shown[0]) if shown else None
    method = load_method(settings.methods[given.method])
    client = Client.of(
        network, size, None, None, given.mode, given.loss, method, picture, settings.compute.compile, device
    )
    notes += client.notes
    client, told = normalise(client, given, settings)
    client = assume(client, given, held.broadcast, device)
    truth = torch.stack([pictures.to_pixels(one, client.shape) for one in shown]) if shown else None
    if truth is not None:
        return Scene(believed(client, given), client, client.share(truth, given.label), truth, [*notes, told])
    shared = read_shared(given, held.params, client)
    client = believed(client.that_shared(list(shared.gradient)), given)
    return Scene(client, None, shared.gradient, None, [*notes, told, *shared.notes])


def read_shared(given: argparse.Namespace, before: "Params", client: "Client") -> Any:
    """The gradient in a file, or the mean gradient of an update."""
    from flatgia.audit import reading

    if given.gradient:
        return reading.read_gradient(given.gradient, client.layout)
    shared = reading.read_update(before, given.update[-1], client.layout, whole=len(given.update) == 2)
    factor = (given.learning_rate or 1) * given.steps
    return shared._replace(gradient={name: value / factor for name, value in shared.gradient.items()})


def assume(client: "Client", given: argparse.Namespace, broadcast: "Params | None", device: str) -> "Client":
    """The client with what the options say of it."""
    from dataclasses import replace

    scaled = given.scaled or bool(given.update and given.learning_rate is None)
    sharing = replace(client.sharing, steps=given.steps, learning_rate=given.learning_rate or 0.0, scaled=scaled)
    sent = broadcast and {name: value.to(device) for name, value in broadcast.items()}
    return replace(client, sharing=sharing, broadcast=sent)


def believed(client: "Client", given: argparse.Namespace) -> "Client":
    """The client as the attacker takes it to be."""
    return client if given.attacker == "adaptive" else client.naive()


def normalise(client: "Client", given: argparse.Namespace, settings: Settings) -> tuple["Client", str]:
    """The client with the mean and deviation of the options, else of the config where that has as many channels."""
    from flatgia.datasets.inputs import statistics

    mean, std, why = given.mean, given.std, "as given"
    if mean is None and std is None:
        found = [value.flatten().tolist() for value in statistics(settings.data)]
        fits = len(found[0]) in (1, client.shape[0])
        mean, std = found if fits else ([0.0], [1.0])
        fits = fits or settings.data.inputs == "raw"
        why = "the config's" if fits else f"the config's are for {len(found[0])} channels; --mean and --std say others"
    client = client.normalised(mean or [0.0], std or [1.0])
    numbers = [", ".join(f"{v:g}" for v in values.flatten().tolist()) for values in (client.mean, client.std)]
    return client, f"inputs: (images - {numbers[0]}) / {numbers[1]} ({why})"


def look_here_first() -> None:
    """A user's module is taken from the working folder before a script of ours that has its name."""
    here, ours = str(Path.cwd()), str(Path(__file__).resolve().parent)
    sys.path[:] = [here, *(path for path in sys.path if path not in (here, ours)), ours]


if __name__ == "__main__":
    look_here_first()
    run(main)
