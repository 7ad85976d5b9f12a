"""The head of a network, found by what produces the logits."""

import pytest
import torch
from torch import nn

from flatgia.attacks.head import find_head
from flatgia.attacks.victim import Victim
from flatgia.gradients.backend import Backend

SHAPE = (3, 6, 6)


class Reversed(nn.Module):
    """The head is the first parameter, a matrix of hidden weights the last."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(20, 5)
        self.body = nn.Linear(108, 20)

    def forward(self, x):
        return self.head(self.body(x.flatten(1)).tanh())


class Scaled(nn.Module):
    """Logits times a factor, and features times a matrix (features, classes)."""

    def __init__(self):
        super().__init__()
        self.matrix = nn.Parameter(torch.randn(108, 5))
        self.factor = nn.Parameter(torch.tensor(2.0))

    def forward(self, x):
        return self.factor * (x.flatten(1) @ self.matrix)


class Same(nn.Module):
    """As many hidden units as classes, so that hidden parameters have the head's shape."""

    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(108, 5), nn.Linear(5, 5), nn.Linear(5, 5)

    def forward(self, x):
        return self.b(self.c(self.a(x.flatten(1)).tanh()).tanh())


def sequential(*layers):
    return lambda: nn.Sequential(*(layer() for layer in layers))


NETWORKS = {
    "a linear head": (sequential(nn.Flatten, lambda: nn.Linear(108, 5)), "1.bias", "bias"),
    "log-softmax behind it": (sequential(nn.Flatten, lambda: nn.Linear(108, 5), lambda: nn.LogSoftmax(1)), "1.bias", "bias"),
    "no bias": (sequential(nn.Flatten, lambda: nn.Linear(108, 5, bias=False)), "1.weight", "weight"),
    "a convolution": (sequential(lambda: nn.Conv2d(3, 5, 6), nn.Flatten), "0.bias", "bias"),
    "a convolution without bias": (sequential(lambda: nn.Conv2d(3, 5, 6, bias=False), nn.Flatten), "0.weight", "weight"),
    "pooling behind a convolution": (
        sequential(lambda: nn.Conv2d(3, 5, 1), lambda: nn.AdaptiveAvgPool2d(1), nn.Flatten), "0.bias", "bias",
    ),
    "ReLU and pooling, as SqueezeNet": (
        sequential(lambda: nn.Conv2d(3, 5, 1), nn.ReLU, lambda: nn.AdaptiveAvgPool2d(1), nn.Flatten), "0.bias", "signs",
    ),
    "the first parameter": (Reversed, "head.bias", "bias"),
    "a matrix, transposed and scaled": (Scaled, "matrix", "weight"),
    "hidden layers of its shape": (Same, "b.bias", "bias"),
    "two classes": (sequential(nn.Flatten, lambda: nn.Linear(108, 2), nn.Tanh, lambda: nn.Linear(2, 2)), "3.bias", "bias"),
    "a hidden layer alone": (sequential(nn.Flatten, lambda: nn.Linear(108, 5), nn.Tanh, lambda: nn.Softmax(1)), None, None),
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_the_head_is_what_produces_the_logits(name):
    make, parameter, kind = NETWORKS[name]
    torch.manual_seed(0)
    network = make().eval().requires_grad_(False)
    names = [name for name, _ in network.named_parameters()]
    head, usual = find_head(Victim(Backend(network), dict(network.named_parameters()), None, None), SHAPE)
    assert (head and names[head.place], head and head.kind) == (parameter, kind)
    assert usual.sum().item() == pytest.approx(1)
