"""breaching's side of attack.py: its preset, its loop, one image at a time."""

import time
from types import SimpleNamespace
from typing import Any

import torch
from serve import Measure, Rows, serve

from flatgia.core.torchvision_import import import_torchvision
from flatgia.datasets.inputs import MEAN, STD
from flatgia.networks.lenet import LeNet

SETUP = {"dtype": torch.float, "device": torch.device("cpu")}


def build(case: dict[str, Any]) -> Measure:
    """Runs the attack on one image after another; the time of an attack without steps is taken off."""
    import_torchvision()  # breaching imports it, and its operators may not fit this build of torch
    import breaching

    config = breaching.get_attack_config("invertinggradients", [f"optim.max_iterations={case['steps']}"])
    attacker = breaching.attacks.prepare_attack(LeNet(), torch.nn.CrossEntropyLoss(), config, SETUP)
    about = SimpleNamespace(shape=(3, 32, 32), mean=MEAN, std=STD, modality="vision")
    payload = [{"parameters": list(case["params"].values()), "buffers": [], "metadata": about}]

    def seconds(image: int, dryrun: bool) -> float:
        known = {"num_data_points": 1, "labels": case["labels"][image : image + 1], "local_hyperparams": None}
        gradients = [tensor[image] for tensor in case["observed"]]
        begin = time.perf_counter()
        attacker.reconstruct(payload, [{"gradients": gradients, "buffers": None, "metadata": known}], {}, None, dryrun)
        return time.perf_counter() - begin

    def measure(number: int) -> Rows:
        count = len(case["labels"])
        total = sum(seconds(image, False) - seconds(image, True) for image in range(count))
        return [(case["what"], count * (case["steps"] - 1) / total, "1/s")]

    return measure


if __name__ == "__main__":
    serve(build)
