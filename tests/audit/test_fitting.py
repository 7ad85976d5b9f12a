"""Names, prefixes and orders."""

import torch
from torch import nn

from flatgia.audit.files import Bundle
from flatgia.audit.fitting import best_fit, embedded, fit_one, in_order, layout_of, listed


def test_a_layout_holds_each_parameter_once(small):
    layout = layout_of(small)
    assert list(layout.params) == [name for name, _ in small.named_parameters()]
    assert layout.aliases == {"again.weight": "first.weight", "again.bias": "first.bias"}
    assert set(layout.buffers) == {"norm.running_mean", "norm.running_var", "norm.num_batches_tracked"}
    assert layout.trained == tuple(layout.params) and layout_of(small, ["head.bias"]).trained == ("head.bias",)


def test_an_order_is_that_of_the_parameters_the_trained_ones_or_the_state():
    network = nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2), nn.Linear(2, 2))
    layout = layout_of(network, ["0.weight", "0.bias", "2.weight", "2.bias"])
    params, state = dict(network.named_parameters()), network.state_dict()
    for expected in (params, {name: params[name] for name in layout.trained}, state):  # as Flower sends the last
        found = in_order(list(expected.values()), layout)
        assert list(found) == list(expected)


def test_fewer_in_order_are_taken_if_their_shapes_leave_one_way():
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Conv2d(2, 2, 1), nn.Linear(2, 3), nn.Linear(3, 3), nn.Linear(3, 3))
    layout, params = layout_of(network), dict(network.named_parameters())
    some = ["0.weight", "0.bias", "2.weight", "2.bias", "3.weight", "3.bias", "4.weight", "4.bias"]
    assert list(in_order([params[name] for name in some], layout)) == some
    either = ["0.weight", "2.weight", "3.weight"]  # or 4.weight
    assert embedded([params[name] for name in either], layout) is None
    assert embedded([torch.ones(9)], layout) is None


def test_the_names_of_gradients_may_say_so(small):
    layout = layout_of(small)
    for end in (".grad", "_grad"):
        named = {f"module.{name}{end}": value for name, value in layout.params.items()}
        assert fit_one(Bundle(named, ""), layout).faults == 0


def test_the_bundle_that_fits_is_taken(small):
    state = dict(small.state_dict())
    other = {"weight": torch.ones(2)}
    bundles = [Bundle(other, "a"), Bundle([torch.ones(3)], "b"), Bundle(state, "ema"), Bundle(state, "model")]
    fit, bundle = best_fit(bundles, layout_of(small))
    assert fit.faults == 0 and bundle.key == "ema"


def test_what_does_not_fit_is_listed():
    layout = layout_of(nn.Linear(3, 2))
    fit = fit_one(Bundle({"weight": torch.ones(2, 4), "odd": torch.ones(1)}, ""), layout)
    assert (fit.missing, fit.extra) == (["bias"], ["odd"]) and fit.misshapen == ["weight is (2, 4), not (2, 3)"]
    assert not fit.tensors and fit.faults == 3
    assert listed(list("abcdef")) == "a, b, c, d and 2 more"
