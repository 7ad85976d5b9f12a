"""The server."""

import math
from dataclasses import replace

import pytest
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.federated import server
from flatgia.federated.client import train_locally
from flatgia.federated.methods.fedavg import FedAvg
from flatgia.federated.methods.fedgf import FedGF
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.federated.server import drawn_clients, evaluate, play_round
from flatgia.gradients.backend import Backend


def test_the_clients_of_a_round_are_drawn_without_repetition(federation):
    drawn = [drawn_clients(federation, 0, number) for number in range(40)]
    assert all(len(set(d)) == 3 and d == sorted(d) and set(d) <= set(range(4)) for d in drawn)
    assert len({tuple(d) for d in drawn}) == 4  # all of the four subsets come up
    assert drawn_clients(federation, 0, 5) == drawn[5]
    assert [drawn_clients(federation, 1, number) for number in range(40)] != drawn


def test_a_round_is_the_sample_weighted_mean(network, params, clients, federation):
    after, sent = play_round(Backend(network), params, None, FedSAM(0.1), clients, federation, 0, 2)
    drawn = drawn_clients(federation, 0, 2)
    local = [
        train_locally(Backend(network), params, None, FedSAM(0.1), *clients[c], federation.local, 0, 2, c)
        for c in drawn
    ]
    sizes = [len(clients[c][1]) for c in drawn]
    for name in params:
        expected = sum(n * w[name] for n, w in zip(sizes, local, strict=True)) / sum(sizes)
        assert torch.allclose(after[name], expected, rtol=1e-12)
    assert sent is None and not torch.allclose(after["head.bias"], params["head.bias"])


def test_the_order_of_the_clients_does_not_matter(network, params, clients, federation, monkeypatch):
    found = []
    for order in ([0, 1, 3], [3, 0, 1]):
        monkeypatch.setattr(server, "drawn_clients", lambda *_, order=order: order)
        found.append(play_round(Backend(network), params, None, FedAvg(), clients, federation, 0, 0)[0])
    assert all(torch.allclose(found[0][name], found[1][name], rtol=1e-14) for name in params)


def test_fedgf_sends_its_point_along_and_uses_it(network, params, clients, federation):
    method = FedGF(0.1, 0.2, 0.5)
    first, sent = play_round(Backend(network), params, None, method, clients, federation, 0, 0)
    sam, _ = play_round(Backend(network), params, None, FedSAM(0.1), clients, federation, 0, 0)
    assert all(torch.equal(first[name], sam[name]) for name in params)
    assert math.isclose(sum(((sent[n] - first[n]) ** 2).sum().item() for n in params) ** 0.5, 0.2, rel_tol=1e-9)
    with_it, without = (
        play_round(Backend(network), first, b, method, clients, federation, 0, 1)[0] for b in (sent, None)
    )
    assert not torch.allclose(with_it["head.bias"], without["head.bias"], rtol=1e-9)


def test_divergence_is_told(network, params, clients, federation):
    with pytest.raises(FlatgiaError, match="round 3, client .: training diverged"):
        play_round(Backend(network), params, None, FedAvg(), clients, replace(federation, weight_decay=1e200), 0, 2)


def test_accuracy_and_loss_by_hand(network):
    shapes = {name: value.shape for name, value in network.named_parameters()}
    params = {name: torch.zeros(shape, dtype=torch.float64) for name, shape in shapes.items()}
    params["head.bias"] = torch.tensor([math.log(2), 0.0, 0.0], dtype=torch.float64)
    inputs, labels = torch.zeros(1500, 6, dtype=torch.float64), torch.tensor([0, 0, 1] * 500)
    accuracy, loss = evaluate(Backend(network), params, inputs, labels)
    assert accuracy == pytest.approx(2 / 3)
    assert loss == pytest.approx((2 * math.log(2) + math.log(4)) / 3)
