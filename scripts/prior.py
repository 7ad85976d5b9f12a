"""Trains the StyleGAN2 prior of GIAS and GIFD on the training images of the clients that are not attacked.

With --untrained it writes the generator as it is before training: the control that tells what training is worth.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flatgia.cli import pick_device, prepare_torch, run
from flatgia.outputs import check_files


def main(argv: Sequence[str] | None) -> None:
    """Writes the prior and a picture of samples; an interrupted run goes on where it stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, help="a configuration file, or its JSON text")
    parser.add_argument("--data", required=True, type=Path, help="the images, as scripts/data.py writes them")
    parser.add_argument("--seed", required=True, type=int)
    parser.add_argument("--out", required=True, type=Path, help="prior.safetensors")
    parser.add_argument("--picture", required=True, type=Path, help="a PNG of 64 samples")
    parser.add_argument("--untrained", action="store_true", help="no training")
    arguments = parser.parse_args(argv)

    from flatgia.config import load

    config = load(arguments.config, "compute", "federation", "prior", "targets")
    check_files([arguments.out], [arguments.data, arguments.config])
    check_files([arguments.picture], [arguments.data, arguments.config, arguments.out], "--picture")
    prepare_torch(config["compute"])
    make(config, arguments.data, arguments.seed, arguments.out, arguments.picture, arguments.untrained)


def make(config: Mapping[str, Any], data: Path, seed: int, out: Path, picture: Path, untrained: bool) -> None:
    """Trains the prior on `data`, or leaves it untrained, and writes `out` and `picture`."""
    from flatgia.artifacts import Record, artifact, load_tensors
    from flatgia.config import PARTITION_KEYS
    from flatgia.prior.others import images_of_others
    from flatgia.prior.samples import sample, write_grid
    from flatgia.prior.store import load_prior, save_prior, untrained_prior
    from flatgia.prior.train import train_prior

    device = pick_device(config["compute"]["device"])
    partition = {key: config["federation"][key] for key in PARTITION_KEYS}
    parameters = {"prior": config["prior"], "partition": partition, "client": config["targets"]["client"]}
    record = Record("prior", parameters | {"untrained": True} if untrained else parameters, [data], seed, device)
    resume = out.with_name(out.name + ".resume")
    if untrained:
        state, facts = untrained_prior(config["prior"], seed).state_dict(), {"images_seen": 0}
    else:
        tensors, _ = load_tensors(data)
        images = images_of_others(tensors["train_images"], tensors["train_labels"], config, seed)
        state, facts = train_prior(images, config["prior"], seed, device, resume)
    save_prior(out, state, facts, record)
    resume.unlink(missing_ok=True)
    with artifact(picture, Record("prior picture", {}, [out], seed)) as temporary:
        write_grid(sample(load_prior(out), 64, seed), temporary)


if __name__ == "__main__":
    run(main)
