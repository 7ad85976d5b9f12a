"""FedXSAM."""

import pytest
import torch

from flatgia.attacks.victim import Victim
from flatgia.federated import tree
from flatgia.federated.client import train_locally
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.federated.methods.fedxsam import FedXSAM
from flatgia.gradients.backend import Backend
from flatgia.gradients.native.lanes import Lanes
from flatgia.gradients.native.library import load_library
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_params
from flatgia.settings.sections import Local


def test_by_hand(two, slope):
    # H = diag(3, 4), so v = (0, 1); FedSAM's gradient at (1, 1) with rho 0.5 is (3.9, 5.6), of which a quarter of 5.6 goes.
    found = FedXSAM(0.5, 0.25, 5, 80).gradient(slope, two(1, 1), None)
    assert (found["weight"].item(), found["bias"].item()) == pytest.approx((3.9, 4.2), abs=1e-6)


def test_alpha_zero_is_fedsam_bit_for_bit(network, params, clients):
    sent = [
        Victim(Backend(network), params, method, None).gradient()(*clients[0])
        for method in (FedXSAM(0.2, 0.0, 5, 5), FedSAM(0.2))
    ]
    assert all(torch.equal(sent[0][name], sent[1][name]) for name in params)
    assert FedXSAM(0.2, 0.0, 5, 5).for_pass() == FedXSAM(0.2, 0.0, 5, 5)


def test_v_is_the_leading_eigenvector_of_the_clients_hessian(network, params, clients):
    backend, (inputs, labels) = Backend(network), clients[0]
    product = backend.hessian_product(params, {}, inputs, labels, len(labels))
    size = sum(value.numel() for value in params.values())
    values, vectors = torch.linalg.eigh(torch.stack([product(row) for row in torch.eye(size).double()]))
    found = FedXSAM(0.2, 0.2, 5, 200).step(backend.gradient(inputs, labels, {}), params, None, True)[1]
    assert abs(found @ vectors[:, values.abs().argmax()]).item() > 1 - 1e-4


def test_it_is_refreshed_when_due_and_starts_where_it_was(two, slope):
    asked = []

    def counting(params):
        asked.append(params)
        return slope(params)

    one = FedXSAM(0.5, 0.25, 3, 2).for_pass()
    counts = []
    for _ in range(7):
        one.gradient(counting, two(1, 1), None)
        counts.append(len(asked))
    assert counts == [4, 6, 8, 12, 14, 16, 20]
    straight = FedXSAM(0.5, 0.25, 1, 6).step(slope, two(1, 1), None, True)[1]
    assert torch.allclose(one.vector, straight, atol=1e-9)


def test_every_pass_begins_anew(network, params, clients):
    method, local = FedXSAM(0.2, 0.5, 2, 3), Local(2, 4, 0.1, 0.0)
    once, again = (train_locally(Backend(network), params, None, method, *clients[2], local, 7) for _ in range(2))
    assert all(torch.equal(once[name], again[name]) for name in params)
    other = train_locally(Backend(network), params, None, FedSAM(0.2), *clients[2], local, 7)
    assert tree.norm(tree.add(once, other, -1.0)) > 1e-4


def test_an_attacker_differentiates_through_it(network, params, clients):
    inputs, labels = clients[0][0][:1], clients[0][1][:1]
    sends = Victim(Backend(network), params, FedXSAM(0.2, 0.5, 5, 3), None).gradient()

    def cost(x):
        return sum((value * value).sum() for value in sends(x, labels).values())

    slope, h = torch.func.grad(cost)(inputs)[0, 2], 1e-5
    bump = torch.zeros_like(inputs)
    bump[0, 2] = h
    assert slope.item() == pytest.approx(((cost(inputs + bump) - cost(inputs - bump)) / (2 * h)).item(), rel=1e-5)


@pytest.mark.skipif(load_library() is None, reason="needs a C++ compiler")
def test_the_kernels_differentiate_through_it_as_pytorch_does():
    network = LeNet().double().eval().requires_grad_(False)
    rng = torch.Generator().manual_seed(0)
    params = {name: value.double() for name, value in initial_params(network, "dlg", 0).items()}
    inputs, labels = torch.randn(2, 1, 3, 32, 32, generator=rng).double(), torch.tensor([[1], [2]])
    slopes = []
    for backend in (Backend(network), Lanes(network)):
        sends = Victim(backend, params, FedXSAM(0.2, 0.5, 5, 3), None).gradient()

        def cost(x, y, sends=sends):
            return sum((value * value).sum() for value in sends(x, y).values())

        slopes.append(torch.func.vmap(torch.func.grad(cost))(inputs, labels))
    assert torch.allclose(*slopes, rtol=1e-6, atol=1e-8 * slopes[0].abs().max().item())
