"""Draws what the project is about: four images, and what attackers reconstruct from their gradients.

python scripts/demo.py --data results/shared/cifar10.safetensors --out paper_figures/demo.png

The network is untrained, with one image behind each gradient: a plain gradient as FedAvg shares it, one of FedSAM attacked as
if it were plain, and the same one attacked by a server that models FedSAM.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flatgia.core import artifacts
from flatgia.core.cli import prepare_torch, run
from flatgia.core.outputs import check_files
from flatgia.settings import config
from flatgia.settings.settings import Settings

if TYPE_CHECKING:
    from torch import Tensor

CLASSES = (1, 3, 7, 8)  # car, cat, horse, ship
TV, STEPS = [0.01, 0.001, 0.0001], [100, 100, 150]
# Of each row: its name, what the client runs, and what the attacker takes it to run.
ROWS = (
    ("Plain gradient\n(FedAvg)", "fedavg", "fedavg"),
    ("SAM gradient,\nnaive attacker", "fedsam", "fedavg"),
    ("SAM gradient,\nadaptive attacker", "fedsam", "fedsam"),
)
SENTENCE = (
    "A SAM gradient spoils the reconstruction only for an attacker who ignores SAM: one who models it recovers the image about "
    "as well as from a plain gradient (PSNR in dB; higher is closer to the original)."
)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="The images from scripts/data.py.")
    parser.add_argument("--out", default="paper_figures/demo.png", help="The .png to write. Default: %(default)s.")
    parser.add_argument(
        "--steps",
        type=int,
        nargs=len(STEPS),
        default=STEPS,
        help="Steps at each weight of the total variation. Default: %(default)s.",
    )
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Attacks and draws."""
    given = parser().parse_args(argv)
    check_files([given.out], [given.data])
    settings = Settings.load(config.PAPER)
    prepare_torch(settings.compute)
    data, _ = artifacts.load_tensors(given.data)
    chosen = [int((data["test_labels"] == label).nonzero()[0]) for label in CLASSES]
    images, labels = data["test_images"][chosen], data["test_labels"][chosen]
    rows = [("Original", images.double() / 255)]
    for name, shared, believed in ROWS:
        rows.append((name, reconstructed(settings, images, labels, shared, believed, given.steps)))
    draw(Path(given.out), rows)
    print(given.out)


def reconstructed(
    settings: Settings, images: "Tensor", labels: "Tensor", shared: str, believed: str, steps: Sequence[int]
) -> "Tensor":
    """What the attacker reconstructs of images uint8 (N, 3, 32, 32), one behind each gradient: (N, 3, 32, 32) in [0, 1]."""
    from flatgia.attacks import load_attack
    from flatgia.attacks.observe import observe, server_view
    from flatgia.attacks.select import best_restart
    from flatgia.attacks.victim import Victim
    from flatgia.datasets.dataset import dataset_named
    from flatgia.datasets.inputs import statistics, to_inputs
    from flatgia.federated.methods import load_method
    from flatgia.gradients.choice import backend_for
    from flatgia.networks.network import initial_state
    from flatgia.settings.sections import AttackEntry

    backend = backend_for(settings, dataset_named(settings.data.dataset))
    state = initial_state(backend.network, settings.model.init, 0)
    plain, method = Victim(backend, state, None, None), load_method(settings.methods["fedsam"])
    client, model = (plain if name == "fedavg" else plain._replace(method=method) for name in (shared, believed))
    observed = observe(client, to_inputs(images, settings.data)[:, None], labels[:, None])
    shape = (1, *images.shape[1:])
    what = f"{shared}, taken for {believed}"
    normal = statistics(settings.data)
    view = server_view(model, observed, None, shape, normal, settings.compute.compile, None, ("demo", 0), what)
    attack = load_attack(AttackEntry.of(settings.given["attacks"]["ig"] | {"tv": TV, "steps": list(steps)}))
    return best_restart(view, attack.run(view)).images[:, 0].double()


def draw(out: Path, rows: Sequence[tuple[str, "Tensor"]]) -> None:
    """A row of pictures each, the first the originals; PSNR under the others, and a sentence beneath all."""
    import textwrap

    import matplotlib.pyplot as plt

    from flatgia.metrics.psnr import psnr
    from flatgia.plotting import look
    from flatgia.plotting.figures.pictures import show

    look.apply()
    figure = plt.figure(figsize=(5.0, 4.9))
    place = {"left": 0.21, "right": 0.99, "top": 0.99, "bottom": 0.15, "hspace": 0.13, "wspace": 0.04}
    grid = figure.subplots(len(rows), len(CLASSES), gridspec_kw=place)
    for line, (name, pictures) in zip(grid, rows, strict=True):
        near = psnr(pictures, rows[0][1]).tolist()
        line[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=8)
        for axes, picture, decibel in zip(line, pictures, near, strict=True):
            show(axes, picture.numpy(), "" if pictures is rows[0][1] else f"{decibel:.1f} dB")
    figure.text(0.02, 0.02, "\n".join(textwrap.wrap(SENTENCE, 84)), fontsize=7.5, va="bottom")
    with artifacts.replacing(out) as temporary:
        figure.savefig(temporary, format="png", dpi=200, metadata={"Software": None})
    plt.close(figure)


if __name__ == "__main__":
    run(main)
