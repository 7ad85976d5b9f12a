"""A network as a function of its state."""

import pytest
import torch
from torch import nn
from torch.func import functional_call

from flatgia.core.errors import FlatgiaError
from flatgia.networks.forward import in_training, logits, with_batch_statistics
from flatgia.networks.network import buffers_of, initial_state


@pytest.fixture
def network():
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Dropout(0.5), nn.Flatten(), nn.Linear(8, 3)).eval()


def test_batch_statistics_are_those_of_train_mode_and_nothing_is_dropped(network):
    state, x = initial_state(network, "pytorch", 0), torch.randn(4, 1, 4, 4)
    params = {name: value for name, value in state.items() if name not in buffers_of(network)}
    found = functional_call(with_batch_statistics(network), params, (x,))
    trained = in_training(network)
    trained[2].eval()
    assert torch.equal(found, functional_call(trained, {k: v.clone() for k, v in state.items()}, (x,)))
    assert not torch.allclose(found, functional_call(network, state, (x,)))
    assert not network.training and network[1].track_running_stats


def test_one_value_has_no_statistics():
    network = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).eval()
    with pytest.raises(FlatgiaError, match="batch norm over a single value has no statistics"):
        logits(with_batch_statistics(network), dict(network.named_parameters()), torch.zeros(1, 3))


def test_other_mistakes_are_not_taken_for_it(network):
    class Odd(nn.Module):
        def forward(self, x):
            raise ValueError("odd")

    with pytest.raises(ValueError, match="odd"):
        logits(Odd(), {}, torch.zeros(1))
