"""Finds out what a gradient of your network gives away.

An image: what would its gradient reveal?
    python scripts/audit.py --model net.py:Net --checkpoint net.pt --image cat.png --label 3 --out results/cat
A gradient that was shared:
    python scripts/audit.py --model net.py:Net --checkpoint net.pt --gradient shared.pt --out results/shared
An update: the weights that a client got and those that it sent back, or their difference:
    python scripts/audit.py --model net.py:Net --update before.pt after.pt --learning-rate 0.1 --out results/update
    python scripts/audit.py --model net.py:Net --checkpoint net.pt --update difference.pt --out results/update
How exposed are images, foreseen without an attack, beside reference images?
    python scripts/audit.py --model net.py:Net --checkpoint net.pt --image cat.png --label 3 --proxy --out results/cat

Says what it assumes, and at the end whether the modelled client explains the gradient. Writes overview.png (the pictures and
the cost), reconstruction.png, result.safetensors and result.json, which has all that was printed, to the folder --out.
Files may be safetensors, torch.save's or npz; tensors by name or in order. docs/audit.md has examples.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flatgia.core import artifacts
from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.errors import FlatgiaError
from flatgia.core.outputs import check_files, check_folder
from flatgia.settings import config
from flatgia.settings.settings import Settings

if TYPE_CHECKING:
    from flatgia.audit.scene import Scene


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
    client.add_argument("--mode", choices=["eval", "train"], help="In train mode batch norm takes the"
        " statistics of the client's images. Default: the config's model.mode, which is eval.")  # fmt: skip
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
    proxy = parser.add_argument_group("no attack")
    proxy.add_argument("--proxy", action="store_true", help="Only foresee how exposed each --image is, without an attack;"
        " writes proxy.json.")  # fmt: skip
    proxy.add_argument("--reference", nargs="+", metavar="PICTURE", help="Pictures that --proxy compares with, each at the"
        " class that the network gives it. Default: random pixels.")  # fmt: skip
    attack = parser.add_argument_group("the attack")
    attack.add_argument("--attack", default="ig", help="An entry of the config's attacks. Default: ig.")
    attack.add_argument(
        "--attacker", choices=["naive", "adaptive"], default="naive", help="Adaptive models the method. Default: naive."
    )
    attack.add_argument("--config", default=config.PAPER, help=config.HELP)
    attack.add_argument("--seed", type=int, default=0, help="The seed of the random starts. Default: 0.")
    attack.add_argument("--retries", type=int, default=0, help="How often a search that has not ended is made again from"
        " other starts. Default: 0.")  # fmt: skip
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
    given.mode = given.mode or settings.model.mode
    settings.attack(given.attack), settings.method(given.method)  # a mistake in a name is told before torch is there
    files = [
        *(given.image or []),
        *(given.reference or []),
        *(given.update or []),
        *filter(None, [given.checkpoint, given.gradient, given.generator]),
    ]
    check_folder(given.out)
    prepare_torch(settings.compute)
    device = pick_device(settings.compute.device)
    from flatgia.audit.answer import WRITTEN, write_answer
    from flatgia.audit.attack import attack
    from flatgia.audit.scene import set_scene

    written = ["proxy.json"] if given.proxy else WRITTEN
    check_files([Path(given.out, name) for name in written], [*files, given.config])
    said = {key: value for key, value in vars(given).items() if value is not None} | {"config": str(given.config)}
    parameters = settings.record("compute", "data", "model", attacks=given.attack, methods=given.method) | {
        "options": said
    }
    record = artifacts.Provenance("audit", parameters, files, given.seed, device)
    scene = set_scene(given, settings, device)
    batch = len(given.image) if given.image else given.batch or 1
    for note in scene.notes:
        print(note, flush=True)  # ahead of the attack's progress on the other stream
    if given.proxy:
        foresee(given, scene, said, record)
        return
    found = attack(
        scene.client, scene.gradient, given.label, batch, given.attack, settings, given.seed, given.generator,
        scene.sharer, given.compile, given.retries,
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


def foresee(given: argparse.Namespace, scene: "Scene", said: dict, record: artifacts.Provenance) -> None:
    """Prints and writes the exposure of each image, beside the references'."""
    import torch

    from flatgia.audit.pictures import open_picture, to_pixels
    from flatgia.audit.proxy import expose, facts, in_words, notes, predicted, random_images

    client = scene.sharer or scene.client
    if given.reference:
        others = torch.stack([to_pixels(open_picture(one), client.shape) for one in given.reference])
        words = f"{len(others)} pictures, each at the class that the network gives it"
    else:
        others = random_images(client, given.seed)
        words = f"{len(others)} images of random pixels, each at the class that the network gives it"
    lines = notes(client, others[0].numel(), words)
    print("\n".join(lines), flush=True)
    truth = scene.truth if scene.truth is not None else others[:0]
    found = expose(client, truth, given.label, given.seed, "images")
    reference = expose(client, others, predicted(client, others), given.seed, "references")
    told = [line for place, one in enumerate(found, 1) for line in in_words(place, one, others[0].numel(), reference)]
    print("\n".join(told))
    held = {"options": said, "said_before": scene.notes, "notes": lines, "images": facts(found)}
    path = Path(given.out) / "proxy.json"
    artifacts.save_json(path, held | {"references": facts(reference), "said": told}, record)
    print(f"{path}: written")


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
    if given.proxy and not given.image:
        raise FlatgiaError("--proxy", "it looks at an image, not at a gradient", "give --image with --label")
    if given.reference and not given.proxy:
        raise FlatgiaError("--reference", "used with --proxy alone", "leave it out, or give --proxy")
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
    if given.retries < 0:
        raise FlatgiaError("--retries", f"{given.retries} retries are none", "give 0 or more")
    if given.steps < 1:
        raise FlatgiaError("--steps", f"{given.steps} steps are none", "give 1 or more")
    if given.steps > 1 and given.learning_rate is None:
        raise FlatgiaError("--learning-rate", "missing: several steps depend on it", "give the client's")
    if given.learning_rate is not None and not given.learning_rate > 0:
        raise FlatgiaError("--learning-rate", f"{given.learning_rate} is none", "give a number above 0")
    if given.size and len(given.size) > 2:
        raise FlatgiaError("--size", f"{len(given.size)} numbers", "give height and width, or one for both")


def look_here_first() -> None:
    """A user's module is taken from the working folder before a script of ours that has its name."""
    here, ours = str(Path.cwd()), str(Path(__file__).resolve().parent)
    sys.path[:] = [here, *(path for path in sys.path if path not in (here, ours)), ours]


if __name__ == "__main__":
    look_here_first()
    run(main)
