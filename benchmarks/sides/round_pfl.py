"""pfl's side of round.py: FedAvg in its simulated backend, in one process."""

import itertools
import time
from typing import Any

import torch
from pfl.aggregate.simulate import SimulatedBackend
from pfl.algorithm.base import NNAlgorithmParams
from pfl.algorithm.federated_averaging import FederatedAveraging
from pfl.data.dataset import Dataset
from pfl.data.federated_dataset import FederatedDataset
from pfl.hyperparam import NNTrainHyperParams
from pfl.model.pytorch import PyTorchModel
from serve import Measure, Rows, serve
from torch import Tensor
from torch.nn.functional import cross_entropy

from flatgia.networks.lenet import LeNet


class Network(LeNet):
    """With what pfl asks of a network."""

    def loss(self, inputs: Tensor, labels: Tensor) -> Tensor:
        """Mean cross-entropy."""
        return cross_entropy(self(inputs), labels)

    def metrics(self, inputs: Tensor, labels: Tensor) -> dict:
        """None are asked for."""
        return {}


def build(case: dict[str, Any]) -> Measure:
    """Plays one round; the data lie in the order in which our seeds visit them, and nothing is evaluated."""
    network, numbers, count = Network(), case["federation"], len(case["clients"])
    pairs = zip(case["clients"], case["orders"], strict=True)
    users = [Dataset([inputs[order], labels[order]]) for (inputs, labels), order in pairs]
    turn = itertools.cycle(range(count))
    data = FederatedDataset(users.__getitem__, lambda: next(turn))
    backend, algorithm = SimulatedBackend(data, data), FederatedAveraging()
    model = PyTorchModel(
        network,
        lambda parameters, lr: torch.optim.SGD(parameters, lr, weight_decay=numbers["weight_decay"]),
        torch.optim.SGD(network.parameters(), lr=1.0),
    )
    rounds = NNAlgorithmParams(
        central_num_iterations=2, evaluation_frequency=2, train_cohort_size=count, val_cohort_size=0
    )
    local = NNTrainHyperParams(
        local_num_epochs=1, local_learning_rate=numbers["learning_rate"], local_batch_size=numbers["batch_size"]
    )

    def measure(number: int) -> Rows:
        network.load_state_dict(case["params"])
        begin = time.perf_counter()
        # The steps of FederatedAlgorithm.run; iteration 1, since pfl evaluates in iteration 0.
        (context,), _, _ = algorithm.get_next_central_contexts(model, 1, rounds, local)
        statistics, metrics = backend.gather_results(model, algorithm, central_context=context)
        algorithm.process_aggregated_statistics(context, metrics, model, statistics)
        seconds = time.perf_counter() - begin
        torch.save(network.state_dict(), f"{case['folder']}/{case['who']}.model")
        return [("federated round", seconds, "s")]

    return measure


if __name__ == "__main__":
    serve(build)
