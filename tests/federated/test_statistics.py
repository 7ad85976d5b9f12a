"""Running statistics in the federation: trained, averaged, or each client's own."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from flatgia.core.errors import FlatgiaError
from flatgia.federated import server
from flatgia.federated.client import train_locally
from flatgia.federated.methods.fedavg import FedAvg
from flatgia.federated.methods.fedgf import FedGF
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.federated.server import evaluate, play_round
from flatgia.gradients.backend import Backend
from flatgia.networks.network import initial_state
from flatgia.networks.own import of_client, shared

INPUTS = torch.tensor([[1.0, 0.0], [3.0, 4.0], [5.0, 8.0]], dtype=torch.float64)  # mean 3, 4; variances 4, 16
LABELS = torch.tensor([0, 1, 2])


@pytest.fixture
def backend():
    """Batch norm on the inputs themselves, so that its statistics are known by heart."""
    return Backend(nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 3)).double().eval().requires_grad_(False))


@pytest.fixture
def start(backend):
    return {n: v.double() if v.is_floating_point() else v for n, v in initial_state(backend.network, "dlg", 0).items()}


@pytest.fixture
def two(federation):
    """A round of both clients: three images, and six of them doubled; one step each."""
    one = replace(federation, clients=2, clients_per_round=2, local_epochs=1, batch_size=6)
    return one, [(INPUTS, LABELS), (2 * INPUTS.repeat(2, 1), LABELS.repeat(2))]


def test_norms_begin_with_one_and_zero(start):
    assert start["0.weight"].tolist() == [1, 1] and start["0.bias"].tolist() == [0, 0]
    assert start["0.running_mean"].tolist() == [0, 0] and start["0.running_var"].tolist() == [1, 1]


def test_fedavg_of_running_statistics_by_hand(backend, start, two):
    federation, clients = two
    after, _ = play_round(backend, start, None, FedAvg(), clients, federation, 0, 0)
    # A tenth of the batch's: mean (3, 4) and (6, 8) by 1/3 and 2/3; unbiased variance (4, 16) and (12.8, 51.2) + 0.9.
    assert after["0.running_mean"].tolist() == pytest.approx([0.1 * (3 + 2 * 6) / 3, 0.1 * (4 + 2 * 8) / 3])
    assert after["0.running_var"].tolist() == pytest.approx(
        [0.9 + 0.1 * (4 + 2 * 12.8) / 3, 0.9 + 0.1 * (16 + 102.4) / 3]
    )
    assert after["0.num_batches_tracked"].tolist() == 1 and after["0.num_batches_tracked"].dtype == torch.int64
    assert start["0.running_mean"].tolist() == [0, 0]


@pytest.mark.parametrize("method", [FedSAM(5.0), FedGF(5.0, 1.0, 0.5)])
def test_the_second_pass_of_sam_leaves_them(start, local, method):
    # The first layer's output is what is normed: SAM's step of length 5 moves its statistics far.
    network = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Linear(2, 3)).double().eval().requires_grad_(False)
    state = {n: v.double() if v.is_floating_point() else v for n, v in initial_state(network, "dlg", 0).items()}
    one = replace(local, epochs=1, batch_size=3)
    by_sam, by_sgd = (
        train_locally(Backend(network), state, state, each, INPUTS, LABELS, one, 0) for each in (method, FedAvg())
    )
    assert torch.equal(by_sam["1.running_mean"], by_sgd["1.running_mean"])
    assert torch.equal(by_sam["1.running_var"], by_sgd["1.running_var"])
    assert by_sam["1.num_batches_tracked"] == 1
    assert not torch.allclose(by_sam["2.weight"], by_sgd["2.weight"])


def test_training_uses_the_statistics_of_the_batch(backend, start, local):
    found = train_locally(backend, start, None, FedAvg(), INPUTS, LABELS, replace(local, epochs=1, batch_size=3), 0)
    normed = (INPUTS - INPUTS.mean(0)) / (INPUTS.var(0, unbiased=False) + 1e-5).sqrt()
    p = (normed @ start["1.weight"].T + start["1.bias"]).softmax(1) - torch.eye(3, dtype=torch.float64)
    expected = (1 - 0.1 * 0.05) * start["1.weight"] - 0.1 * p.T @ normed / 3
    assert torch.allclose(found["1.weight"], expected, rtol=1e-10)


def test_accuracy_is_measured_with_running_statistics(backend, start):
    state = start | {"0.running_mean": torch.tensor([3.0, 4.0]).double(), "1.weight": torch.eye(3, 2).double()}
    state["1.bias"] = torch.tensor([0.0, 0.0, 0.5]).double()
    assert evaluate(backend, state, INPUTS, torch.tensor([2, 2, 1]))[0] == 1.0


def test_own_norms_are_not_averaged_and_come_back_to_their_client(backend, start, two):
    federation, clients = two
    federation = replace(federation, norms="own")
    after, _ = play_round(backend, start, None, FedAvg(), clients, federation, 0, 0)
    averaged, _ = play_round(backend, start, None, FedAvg(), clients, replace(federation, norms="averaged"), 0, 0)
    assert torch.equal(after["0.running_mean"], start["0.running_mean"]) and torch.equal(
        after["0.weight"], start["0.weight"]
    )
    assert torch.equal(after["1.weight"], averaged["1.weight"])
    assert of_client(after, 0)["0.running_mean"].tolist() == pytest.approx([0.3, 0.4])
    assert of_client(after, 1)["0.running_mean"].tolist() == pytest.approx([0.6, 0.8])
    later, _ = play_round(backend, after, None, FedAvg(), clients, federation, 0, 1)
    assert of_client(later, 0)["0.running_mean"].tolist() == pytest.approx([0.9 * 0.3 + 0.3, 0.9 * 0.4 + 0.4])
    assert shared(later).keys() == start.keys()


def test_a_client_that_was_not_drawn_keeps_what_it_had(backend, start, two, monkeypatch):
    federation, clients = two
    federation = replace(federation, norms="own", clients_per_round=1)
    monkeypatch.setattr(server, "drawn_clients", lambda *_: [0])
    once, _ = play_round(backend, start, None, FedAvg(), clients, federation, 0, 0)
    monkeypatch.setattr(server, "drawn_clients", lambda *_: [1])
    twice, _ = play_round(backend, once, None, FedAvg(), clients, federation, 0, 1)
    assert torch.equal(of_client(twice, 0)["0.running_mean"], of_client(once, 0)["0.running_mean"])
    assert of_client(once, 1)["0.running_mean"].tolist() == [0, 0]


def test_what_is_dropped_depends_on_the_seed_alone(local):
    network = nn.Sequential(nn.Linear(2, 8), nn.Dropout(0.5), nn.Linear(8, 3)).double().eval().requires_grad_(False)
    state = {n: v.double() for n, v in initial_state(network, "dlg", 0).items()}

    def trained(seed):
        return train_locally(
            Backend(network), state, None, FedAvg(), INPUTS, LABELS, replace(local, batch_size=3), seed
        )

    before = torch.get_rng_state()
    assert torch.equal(trained(0)["0.weight"], trained(0)["0.weight"])
    assert not torch.equal(trained(0)["2.bias"], trained(1)["2.bias"])
    assert torch.equal(torch.get_rng_state(), before)


def test_a_batch_of_one_without_statistics_is_told(backend, start, local):
    with pytest.raises(FlatgiaError, match="batch norm over a single value has no statistics"):
        train_locally(backend, start, None, FedAvg(), INPUTS[:1], LABELS[:1], local, 0)
