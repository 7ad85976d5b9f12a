"""Spectra of small clients, against dense Jacobians."""

import pytest
import torch
from torch import nn

from flatgia.attacks.victim import Victim
from flatgia.federated.methods.fedavg import FedAvg
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.backend import Backend
from flatgia.gradients.jacobian import flat
from flatgia.networks.network import initial_params
from flatgia.studies.information import spectra as module
from flatgia.studies.information.spectra import in_double, spectra


@pytest.fixture
def client():
    network = nn.Sequential(nn.Flatten(), nn.Linear(12, 9), nn.Sigmoid(), nn.Linear(9, 4)).requires_grad_(False)
    return in_double(Victim(Backend(network), initial_params(network, "dlg", 0), FedSAM(0.2), None))


def images(count=2):
    return torch.randn(count, 3, 2, 2, generator=torch.Generator().manual_seed(0)), torch.arange(count)


def dense(client, x, y):
    shared = client.gradient()
    return torch.func.jacrev(lambda z: flat(shared(z, y[None]).values()))(x[None].double()).flatten(1)


def test_all_directions_give_the_singular_values_of_both_gradients(client):
    inputs, labels = images()
    found = spectra(client, inputs, labels, 100, "test", 0)
    for name, one in (("plain", client._replace(method=None)), ("sent", client)):
        for place in range(2):
            values = torch.linalg.svdvals(dense(one, inputs[place], labels[place]))
            torch.testing.assert_close(found[name][place].double(), values, rtol=1e-5, atol=1e-6)
    assert found["sent_norm"].shape == (2,) and "plain_halves" not in found


def test_who_shares_the_plain_gradient_has_no_other(client):
    found = spectra(client._replace(method=FedAvg()), *images(), 100, "test", 0)
    assert set(found) == {"plain", "plain_norm"}


def test_fewer_directions_are_random_ones_and_their_halves(client, monkeypatch):
    inputs, labels = images()
    found = spectra(client, inputs, labels, 7, "test", 0)
    assert found["plain"].shape == (2, 6) and found["sent_halves"].shape == (2, 2, 3)
    whole = spectra(client, inputs, labels, 100, "test", 0)["plain"]
    assert (found["plain"][:, 0] <= whole[:, 0] + 1e-6).all() and (found["plain"][:, -1] >= whole[:, -1]).all()
    size = sum(value.numel() for value in client.params.values())
    monkeypatch.setattr(module, "MEMORY", 8 * size * 4)  # as of a network that is too large
    assert spectra(client, inputs, labels, 100, "test", 0)["plain"].shape == (2, 4)


def test_an_image_at_the_edge_of_the_range_has_finite_values(client):
    found = spectra(client, torch.full((1, 3, 2, 2), 4.0), torch.tensor([1]), 100, "test", 0)
    assert all(tensor.isfinite().all() for tensor in found.values())
