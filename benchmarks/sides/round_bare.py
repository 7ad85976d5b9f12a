"""The bare steps of round.py: what any simulation of the round has to compute, in plain PyTorch."""

import time
from typing import Any

import torch
from serve import Measure, Rows, serve
from torch.nn.functional import cross_entropy

from flatgia.networks.lenet import LeNet


def build(case: dict[str, Any]) -> Measure:
    """Trains one client after another, all from the same weights, on batches that lie ready; no aggregation."""
    network, numbers = LeNet(), case["federation"]
    optimiser = torch.optim.SGD(network.parameters(), numbers["learning_rate"], weight_decay=numbers["weight_decay"])
    batches = [
        [(inputs[part], labels[part]) for part in order.split(numbers["batch_size"])]
        for (inputs, labels), order in zip(case["clients"], case["orders"], strict=True)
    ]

    def measure(number: int) -> Rows:
        seconds = 0.0
        for client in batches:
            network.load_state_dict(case["params"])
            begin = time.perf_counter()
            for inputs, labels in client:
                optimiser.zero_grad()
                cross_entropy(network(inputs), labels).backward()
                optimiser.step()
            seconds += time.perf_counter() - begin
        return [("federated round", seconds, "s")]

    return measure


if __name__ == "__main__":
    serve(build)
