"""The attacks near the truth: descent is the theory's (1 - eta H)^T e, and all of them come closer."""

import pytest
import torch
from torch import nn

from flatgia.attacks.victim import Victim
from flatgia.curvature.matching import LOSSES
from flatgia.gradients.backend import Backend
from flatgia.gradients.choice import choose_backend
from flatgia.gradients.jacobian import flat
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_params
from flatgia.studies.lavp.attacks import OBJECTIVES, OPTIMISERS, matching_step, recover, starts

LABELS = torch.tensor([1, 3])


def victim(network, backend=None):
    state = {name: value.double() for name, value in initial_params(network, "dlg", 0).items()}
    return Victim(backend or Backend(network), state, None, None)


@pytest.fixture
def small():
    network = nn.Sequential(nn.Flatten(), nn.Linear(12, 9), nn.Sigmoid(), nn.Linear(9, 4)).requires_grad_(False)
    return victim(network), torch.randn(2, 3, 2, 2, generator=torch.Generator().manual_seed(0)).double()


@pytest.mark.parametrize("loss", LOSSES)
def test_descent_near_the_truth_is_the_power_of_one_minus_eta_h(small, loss):
    client, inputs = small
    step = matching_step(client, loss, inputs, LABELS)
    start = starts(inputs, 1e-6, 0, 0)
    found, finite = recover("descent", step, start, (0.05, 0.0), 30, "test")
    assert finite.all()
    shared = client.gradient()
    for image in range(2):
        label = LABELS[image : image + 1]

        def gradient(x, label=label):
            return flat(shared(x, label).values())

        truth = gradient(inputs[image][None])
        hessian = torch.func.hessian(lambda x, truth=truth: OBJECTIVES[loss]([gradient(x)], [truth]))
        h = hessian(inputs[image][None]).reshape(12, 12)
        power = torch.linalg.matrix_power(torch.eye(12, dtype=torch.float64) - 0.05 * h, 30)
        expected = power @ (start - inputs)[image].flatten()
        torch.testing.assert_close((found - inputs)[image].flatten(), expected, rtol=1e-3, atol=1e-10)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("loss", LOSSES)
def test_each_lowers_the_loss(small, loss, optimiser):
    client, inputs = small
    step = matching_step(client, loss, inputs, LABELS)
    start = starts(inputs, 0.1, 0, 0)
    found, _ = recover(optimiser, step, start, (0.02, 0.003), 40, "test")
    assert (step(found)[1] < step(start)[1]).all()


@pytest.mark.parametrize("loss", LOSSES)
def test_lanes_have_the_gradients_of_autograd(loss):
    network = LeNet().eval().requires_grad_(False)
    inputs = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0)).double()
    at = starts(inputs, 0.1, 0, 0)
    ours = matching_step(victim(network, choose_backend(network, "auto")), loss, inputs, LABELS)(at)
    theirs = matching_step(victim(network), loss, inputs, LABELS)(at)
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-6, atol=1e-10)


def test_a_search_that_leaves_the_numbers_counts_as_its_start(small):
    inputs = small[1]
    start = starts(inputs, 0.1, 0, 0)
    found, finite = recover("descent", lambda x: (x * torch.inf, x.sum(), x.sum()), start, (1.0, 0.0), 2, "test")
    assert torch.equal(found, start) and not finite.any()


def test_an_image_starts_where_it_does_whatever_stands_beside_it():
    inputs = torch.zeros(3, 1, 2, 2).double()
    assert torch.equal(starts(inputs, 0.1, 0, 0)[:2], starts(inputs[:2], 0.1, 0, 0))
    assert not torch.equal(starts(inputs, 0.1, 0, 0), starts(inputs, 0.1, 1, 0))
    torch.testing.assert_close(starts(inputs, 0.1, 0, 0), 0.1 * starts(inputs, None, 0, 0))
