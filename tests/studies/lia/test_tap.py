"""Where a network can be fished, and what its norm makes of constants."""

import pytest
import torch
from torch import nn

from flatgia.core.errors import FlatgiaError
from flatgia.networks.built import network_for
from flatgia.networks.network import initial_state
from flatgia.settings.sections import Model
from flatgia.studies.lia.measure import is_rectified, passed
from flatgia.studies.lia.tap import Readout, find_tap

from .nets import Small, server


@pytest.mark.parametrize(
    ("name", "norm", "channels"),
    [
        ("ConvNet", "norms.2", 32),
        ("SmallVGG", "norm", 512),
        ("NormLeNet", "norm", 768),
        ("ResNet20", "blocks.8.norm2", 64),
    ],
)
def test_the_last_norm_before_the_head_is_found(name, norm, channels):
    network = network_for(Model(name, "pytorch"), (3, 32, 32), 10)
    assert find_tap(network, torch.randn(2, 3, 32, 32)) == (norm, "head", channels)


@pytest.mark.parametrize(
    ("network", "what"),
    [
        (nn.Sequential(nn.Flatten(), nn.Linear(12, 4)), "Sequential has no batch norm"),
        (nn.Sequential(nn.Flatten(), nn.Linear(12, 4), nn.BatchNorm1d(4)), "does not end in a linear layer"),
        (
            nn.Sequential(nn.Flatten(), nn.BatchNorm1d(12), nn.Linear(12, 4, bias=False)),
            "does not end in a linear layer with a",
        ),
        (nn.Sequential(nn.Flatten(), nn.BatchNorm1d(12, affine=False), nn.Linear(12, 4)), "no batch norm with weights"),
    ],
)
def test_a_network_that_does_not_fit_is_told_so(network, what):
    with pytest.raises(FlatgiaError, match=what):
        find_tap(network, torch.randn(2, 3, 2, 2))


@pytest.mark.parametrize("relu", [True, False])
def test_the_embedding_is_that_of_every_image(relu):
    """At weights 0 the mean over nodes is what the network itself gives, whatever the image."""
    host = server(Small(relu))
    beta = torch.randn(6, generator=torch.Generator().manual_seed(3)).double()
    readout = Readout(host.network, host.state, host.tap, host.images)
    expected = beta.relu() if relu else beta
    torch.testing.assert_close(readout.each(torch.zeros_like(beta), beta), expected.expand(8, -1))
    assert is_rectified(host) == relu and passed(host) == 0


def test_through_a_relu_the_mean_is_that_of_a_normal_variable():
    """beta Phi(beta / gamma) + gamma phi(beta / gamma), by closed form."""
    host = server(Small())
    beta, gamma = torch.linspace(-1, 1, 6).double(), torch.full((6,), 0.7).double()
    normal = torch.distributions.Normal(0.0, 1.0)
    exact = beta * normal.cdf(beta / gamma) + gamma * normal.log_prob(beta / gamma).exp()
    found = Readout(host.network, host.state, host.tap, host.images, 101).embedding(gamma, beta)
    torch.testing.assert_close(found, exact, rtol=0, atol=3e-3)


def test_a_shortcut_past_the_norm_is_noticed():
    assert passed(server(Small(shortcut=True))) > 0.01


def test_convolutions_and_pools_behind_the_norm_are_followed():
    network = network_for(Model("ConvNet", "pytorch"), (3, 32, 32), 10)
    state = initial_state(network, "pytorch", 0)
    tap = find_tap(network, torch.randn(2, 3, 32, 32))
    readout = Readout(network, state, tap, torch.randn(3, 3, 32, 32))
    found = readout.embedding(torch.zeros(32), torch.arange(32.0))
    torch.testing.assert_close(found, torch.arange(32.0).repeat_interleave(16))
