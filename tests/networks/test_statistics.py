"""The statistics before each batch norm."""

import pytest
import torch
from torch import nn

from flatgia.gradients.backend import Backend
from flatgia.networks.network import initial_state
from flatgia.networks.statistics import running_statistics


@pytest.fixture
def backend():
    layers = nn.BatchNorm2d(2), nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.Sigmoid(), nn.Flatten(), nn.Linear(12, 3)
    return Backend(nn.Sequential(*layers).eval().requires_grad_(False))


@pytest.mark.parametrize("mode", ["eval", "train"])
def test_they_are_those_of_what_enters(backend, mode):
    state, x = initial_state(backend.network, "pytorch", 0), torch.randn(5, 2, 4, 4)
    state["0.running_mean"] = torch.tensor([1.0, 2.0])
    found = backend.statistics(state, x, mode)
    twin = nn.Sequential(backend.network[0], backend.network[1])
    twin.load_state_dict({name: value for name, value in state.items() if name[0] in "01"})
    y = twin.train(mode == "train")(x)
    for ours, values in zip((found[:2], found[2:]), (x, y), strict=True):
        torch.testing.assert_close(ours[0], values.mean((0, 2, 3)))
        torch.testing.assert_close(ours[1], values.var((0, 2, 3), unbiased=False))


def test_training_moves_the_running_ones_towards_them(backend):
    """What a client returns after one step tells its batch's statistics, a tenth of them."""
    state, x = initial_state(backend.network, "pytorch", 0), torch.randn(5, 2, 4, 4)
    before = running_statistics(backend.network, state)
    params = {name: value for name, value in state.items() if name.endswith(("weight", "bias"))}
    buffers = {name: value.clone() for name, value in state.items() if name not in params}
    backend.training_gradient(x, torch.tensor([0, 1, 2, 0, 1]), buffers)(params)
    after = running_statistics(backend.network, buffers)
    found = backend.statistics(state, x, "train")
    for place, count in ((0, 80), (1, 80), (2, 20), (3, 20)):
        batch = found[place] * (count / (count - 1) if place % 2 else 1)
        torch.testing.assert_close(after[place], 0.9 * before[place] + 0.1 * batch)


def test_a_batch_norm_that_keeps_none_does_not_count():
    network = nn.Sequential(nn.BatchNorm1d(3, track_running_stats=False), nn.Linear(3, 2), nn.BatchNorm1d(2)).eval()
    state = initial_state(network, "dlg", 0)
    assert [len(v) for v in Backend(network).statistics(state, torch.randn(4, 3))] == [2, 2]
    assert len(running_statistics(network, state)) == 2


def test_a_network_without_batch_norm_has_none():
    network = nn.Sequential(nn.Linear(3, 2), nn.LayerNorm(2)).eval()
    state = initial_state(network, "dlg", 0)
    assert Backend(network).statistics(state, torch.zeros(2, 3)) == () == running_statistics(network, state)
