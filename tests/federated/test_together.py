"""Clients as one batch of models, against one client after another."""

import pytest
import torch

from flatgia.federated.client import train_locally
from flatgia.federated.methods.fedasam import FedASAM
from flatgia.federated.methods.fedavg import FedAvg
from flatgia.federated.methods.fedgf import FedGF
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.federated.together import can_be_together, train_together
from flatgia.gradients.backend import Backend


@pytest.mark.parametrize("method", [FedAvg(), FedSAM(0.1), FedSAM(0.0), FedASAM(0.3, 0.9), FedGF(0.1, 0.2, 0.5)])
def test_together_is_one_after_another(network, params, clients, local, method):
    size = min(len(labels) for _, labels in clients)
    clients = [(inputs[:size], labels[:size]) for inputs, labels in clients]
    sent = {name: value + 0.01 for name, value in params.items()}
    seeds = [("round", place) for place in range(len(clients))]
    together = train_together(Backend(network), params, sent, method, clients, local, seeds)
    for (inputs, labels), seed, found in zip(clients, seeds, together, strict=True):
        alone = train_locally(Backend(network), params, sent, method, inputs, labels, local, *seed)
        for name in params:
            assert found[name].dtype == torch.float64
            assert torch.allclose(found[name], alone[name], rtol=1e-10, atol=1e-12)
            assert not torch.equal(found[name], params[name])


def test_on_a_cpu_they_go_one_after_another(network, clients):
    assert not can_be_together(Backend(network), clients)
