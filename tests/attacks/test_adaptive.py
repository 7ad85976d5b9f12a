"""An attacker that models the client's method, and one that does not."""

import pytest

from flatgia.attacks.optimisers.descent import matching_step
from flatgia.attacks.optimisers.lbfgs import lbfgs
from flatgia.attacks.optimisers.pixels import pixel_step
from flatgia.attacks.priors import Prior
from flatgia.federated.methods.fedasam import FedASAM
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.objectives import cosine_distance, squared_error


@pytest.mark.parametrize("method", [FedSAM(0.2), FedASAM(0.3, 0.9)])
def test_the_truth_costs_nothing_to_the_adaptive_and_something_to_the_naive(lenet_case, view_of, method):
    network, params, images, labels = lenet_case
    cost = {}
    for name, believed in (("adaptive", method), ("naive", None)):
        view = view_of(network, images, labels, method, believed, params=params)
        step = matching_step(view, cosine_distance, lambda x: x, lambda x: x.sum() * 0, 1)
        cost[name] = step((view.to_inputs(images),))[1]
    assert cost["adaptive"].max() < 1e-10 < 1e-4 < cost["naive"].min()


def test_at_the_truth_the_adaptive_stays_and_the_naive_walks_away(lenet_case, view_of):
    network, params, images, labels = lenet_case
    moved = {}
    for name, believed in (("adaptive", FedSAM(0.2)), ("naive", None)):
        view = view_of(network, images, labels, FedSAM(0.2), believed, params=params)
        step = pixel_step(view, squared_error, 1, Prior())
        truth = view.to_inputs(images)
        found, cost, curve = lbfgs(step, truth, 0.1, 20, 20, "x", retries=0)
        moved[name] = (found - truth).abs().amax((1, 2, 3, 4))
        assert name == "adaptive" or (cost < 0.5 * curve[0]).all()
    assert moved["adaptive"].max() < 1e-3 < 1e-2 < moved["naive"].min()
