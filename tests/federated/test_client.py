"""Local training, against torch's own optimiser."""

import copy

import pytest
import torch
from torch.nn.functional import cross_entropy

from flatgia.federated.client import batches, sgd_step, train_locally
from flatgia.federated.methods.fedavg import FedAvg
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.backend import Backend


def reference(network, params, inputs, labels, local, rho):
    """SAM as its authors describe it: climb, take the gradient there, go back, step with torch.optim.SGD."""
    network = copy.deepcopy(network).requires_grad_()
    network.load_state_dict(params)
    optimiser = torch.optim.SGD(network.parameters(), lr=local.learning_rate, weight_decay=local.weight_decay)
    for batch in batches(len(labels), local.epochs, local.batch_size, 7):
        optimiser.zero_grad()
        cross_entropy(network(inputs[batch]), labels[batch]).backward()
        if rho:
            here = [p.detach().clone() for p in network.parameters()]
            norm = torch.cat([p.grad.flatten() for p in network.parameters()]).norm()
            with torch.no_grad():
                for p in network.parameters():
                    p.add_(rho * p.grad / norm)
            optimiser.zero_grad()
            cross_entropy(network(inputs[batch]), labels[batch]).backward()
            with torch.no_grad():
                for p, old in zip(network.parameters(), here, strict=True):
                    p.copy_(old)
        optimiser.step()
    return dict(network.named_parameters())


@pytest.mark.parametrize("rho", [0.0, 0.3])
def test_training_agrees_with_torch(network, params, clients, local, rho):
    method = FedSAM(rho) if rho else FedAvg()
    found = train_locally(Backend(network), params, None, method, *clients[3], local, 7)
    expected = reference(network, params, *clients[3], local, rho)
    assert all(torch.allclose(found[name], expected[name], rtol=1e-10, atol=1e-12) for name in params)


def test_the_weights_given_stay_as_they_are(network, params, clients, local):
    before = copy.deepcopy(params)
    train_locally(Backend(network), params, None, FedAvg(), *clients[0], local, 7)
    assert all(torch.equal(params[name], before[name]) for name in params)


def test_weight_decay_acts_at_the_unperturbed_weights(two, slope):
    # w - 0.1 (g + 0.05 w), with g taken at w + delta and w without delta.
    g = FedSAM(0.5).gradient(slope, two(1, 1), None)
    found = sgd_step(two(1, 1), g, 0.1, 0.05)
    assert found["weight"].item() == pytest.approx(1 - 0.1 * (3.9 + 0.05 * 1), abs=1e-12)
    assert found["bias"].item() == pytest.approx(1 - 0.1 * (5.6 + 0.05 * 1), abs=1e-12)


def test_batches_cover_every_sample_once_an_epoch():
    found = list(batches(10, 2, 4, "x"))
    assert [len(batch) for batch in found] == [4, 4, 2, 4, 4, 2]
    first, second = torch.cat(found[:3]), torch.cat(found[3:])
    assert first.sort().values.tolist() == second.sort().values.tolist() == list(range(10))
    assert not torch.equal(first, second)
    assert torch.equal(torch.cat(list(batches(10, 2, 4, "x"))), torch.cat(found))
    assert not torch.equal(torch.cat(list(batches(10, 2, 4, "y"))), torch.cat(found))
