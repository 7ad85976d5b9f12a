"""Our side of round.py."""

import time
from typing import Any

import torch
from serve import Measure, Rows, serve

from flatgia.federated.methods.fedavg import FedAvg
from flatgia.federated.server import play_round
from flatgia.gradients.choice import choose_backend
from flatgia.networks.lenet import LeNet
from flatgia.settings.settings import Settings


def build(case: dict[str, Any]) -> Measure:
    """Plays round 0 of FedAvg."""
    backend = choose_backend(LeNet().eval().requires_grad_(False), case["compile"])
    layout = torch.contiguous_format if case["compile"] == "auto" else torch.channels_last  # as in our training
    clients = [(inputs.contiguous(memory_format=layout), labels) for inputs, labels in case["clients"]]

    federation = Settings({"federation": case["federation"]}).federation

    def measure(number: int) -> Rows:
        begin = time.perf_counter()
        after, _ = play_round(backend, case["params"], None, FedAvg(), clients, federation, seed=0, number=0)
        seconds = time.perf_counter() - begin
        torch.save(after, f"{case['folder']}/{case['who']}.model")
        return [("federated round", seconds, "s")]

    return measure


if __name__ == "__main__":
    serve(build)
