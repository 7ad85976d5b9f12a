"""Trains the StyleGAN2 generator of GIAS and GIFD on the training images of the clients that are not attacked.

With --untrained it writes the generator before training: a control for what training adds.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from flatgia.core.cli import pick_device, prepare_torch, run
from flatgia.core.outputs import check_files
from flatgia.settings.settings import Settings


def main(argv: Sequence[str] | None) -> None:
    """Writes the generator and a picture of samples; an interrupted run goes on where it stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, help="A YAML file, or JSON text.")
    parser.add_argument("--data", required=True, type=Path, help="The images from scripts/data.py.")
    parser.add_argument(
        "--seed", required=True, type=int, help="The seed of the weights and of the order of the images."
    )
    parser.add_argument("--out", required=True, type=Path, help="The .safetensors file to write.")
    parser.add_argument("--picture", required=True, type=Path, help="The .png of 64 samples to write.")
    parser.add_argument("--untrained", action="store_true", help="Write the generator without training it.")
    arguments = parser.parse_args(argv)

    settings = Settings.load(arguments.config, "compute", "federation", "generator", "targets")
    check_files([arguments.out], [arguments.data, arguments.config])
    check_files([arguments.picture], [arguments.data, arguments.config, arguments.out], "--picture")
    prepare_torch(settings.compute)
    make(settings, arguments.data, arguments.seed, arguments.out, arguments.picture, arguments.untrained)


def make(settings: Settings, data: Path, seed: int, out: Path, picture: Path, untrained: bool) -> None:
    """Trains the generator on `data`, or leaves it untrained, and writes `out` and `picture`."""
    from flatgia.core.artifacts import Provenance, artifact, load_tensors
    from flatgia.datasets.dataset import may_mirror
    from flatgia.generator.others import check_images, images_of_others
    from flatgia.generator.samples import sample, write_grid
    from flatgia.generator.store import load_generator, save_generator, untrained_generator
    from flatgia.generator.train import train_generator

    device = pick_device(settings.compute.device)
    client = settings.targets.client
    parameters = settings.record("generator") | {"partition": settings.partition(), "client": client}
    record = Provenance(
        "generator", parameters | {"untrained": True} if untrained else parameters, [data], seed, device
    )
    resume = out.with_name(out.name + ".resume")
    if untrained:
        state, facts = untrained_generator(*settings.generator.sizes, seed).state_dict(), {"images_seen": 0}
    else:
        tensors, about = load_tensors(data)
        check_images(tensors["train_images"], data)
        images = images_of_others(tensors["train_images"], tensors["train_labels"], settings.federation, client, seed)
        state, facts = train_generator(images, settings.generator, seed, device, resume, mirror=may_mirror(about))
    save_generator(out, state, facts, record)
    resume.unlink(missing_ok=True)
    with artifact(picture, Provenance("generator picture", {}, [out], seed)) as temporary:
        write_grid(sample(load_generator(out), 64, seed), temporary)


if __name__ == "__main__":
    run(main)
