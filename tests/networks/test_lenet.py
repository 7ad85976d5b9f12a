"""The LeNet of the paper."""

import torch
from torch.func import functional_call

from flatgia.networks.lenet import LeNet


def test_its_size_and_shapes():
    network = LeNet()
    assert sum(parameter.numel() for parameter in network.parameters()) == 15826
    assert network(torch.zeros(2, 3, 32, 32)).shape == (2, 10)
    assert LeNet(classes=100)(torch.zeros(1, 3, 32, 32)).shape == (1, 100)


def test_it_is_three_sigmoid_convolutions_and_a_linear_map():
    network, x = LeNet().double(), torch.randn(2, 3, 32, 32, dtype=torch.float64)
    p = dict(network.named_parameters())
    h = x
    for i, stride in ((1, 2), (2, 2), (3, 1)):
        patches = torch.nn.functional.unfold(h, 5, padding=2, stride=stride)  # the convolution, as a matrix product
        side = int(patches.shape[2] ** 0.5)
        h = p[f"conv{i}.weight"].flatten(1) @ patches + p[f"conv{i}.bias"][:, None]
        h = (1 / (1 + torch.exp(-h))).view(2, 12, side, side)
    logits = h.flatten(1) @ p["head.weight"].T + p["head.bias"]
    assert torch.allclose(network(x), logits, atol=1e-12)


def test_zero_weights_give_zero_logits():
    network = LeNet()
    zero = {name: torch.zeros_like(parameter) for name, parameter in network.named_parameters()}
    assert functional_call(network, zero, (torch.randn(1, 3, 32, 32),)).abs().max() == 0
