"""A step on pixels, all candidates at once in C++, against the one through vmap and autograd, in float64."""

import dataclasses

import pytest
import torch

from flatgia.attacks.observe import observe, server_view
from flatgia.attacks.optimisers.pixels import pixel_step
from flatgia.attacks.priors import Prior
from flatgia.attacks.victim import Victim
from flatgia.datasets.inputs import statistics
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.choice import choose_backend
from flatgia.gradients.objectives import OBJECTIVES
from flatgia.networks.network import initial_params
from flatgia.settings.sections import Data

DATA = Data("cifar10", None, "normalised", "auto")


@pytest.fixture
def view(network):
    """The view on what LeNet in lanes shares of three images, in float64."""
    return seen(network)


def seen(network, believed=None, batch=1):
    backend = choose_backend(network, "auto")
    params = {name: value.double() for name, value in initial_params(network, "dlg", 0).items()}
    draw = torch.Generator().manual_seed(3)
    inputs = torch.randn(3, batch, 3, 32, 32, generator=draw, dtype=torch.float64)
    labels = torch.tensor([[3], [7], [1]]).repeat(1, batch)
    client = Victim(backend, params, None, None)
    observed = observe(client, inputs, labels)
    arguments = (batch, 3, 32, 32), statistics(DATA), "auto", None, ("x",), "x"
    return server_view(client._replace(method=believed), observed, labels, *arguments)


@pytest.mark.parametrize("prior", [Prior(), Prior(tv=2**-7), Prior(tv=2**-7, edge=0.1, l2=0.02, box=0.5)])
@pytest.mark.parametrize("objective", OBJECTIVES.values())
def test_both_ways_give_the_same_step(view, objective, prior):
    inputs = view.noise(2, view.shape).double()
    assert view.at_once(objective) is not None
    ours = pixel_step(view, objective, 2, prior)(inputs)
    theirs = pixel_step(dataclasses.replace(view, at_once=None), objective, 2, prior)(inputs)
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-9, atol=1e-12 * other.abs().max().item())


def test_an_objective_that_is_not_ours_goes_the_other_way(view):
    def objective(modelled, observed):
        return sum((a - b).abs().sum() for a, b in zip(modelled, observed, strict=True))

    assert view.at_once(objective) is None
    gradient, cost, match = pixel_step(view, objective, 1, Prior())(view.noise(1, view.shape).double())
    assert gradient.shape == (3, 1, 3, 32, 32) and torch.equal(cost, match)


def test_an_attacker_who_models_the_method_does_not_take_the_way_of_the_plain_gradient(network, view):
    assert view.fused and view.at_once
    for other in (seen(network, believed=FedSAM(0.2)), seen(network, batch=2)):
        assert other.fused is None and other.at_once is None
