"""Shapes by trying."""

import pytest
import torch
from torch import nn

from flatgia.audit.probe import find_shape
from flatgia.core.errors import FlatgiaError


def flat(channels, height, width):
    return nn.Sequential(nn.Flatten(), nn.Linear(channels * height * width, 4))


def convolutional(channels, height, width):
    return nn.Sequential(nn.Conv2d(channels, 2, 3, padding=1), flat(2, height, width))


def free(channels=3):
    return nn.Sequential(nn.Conv2d(channels, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())


CASES = {
    "colours": (convolutional(3, 32, 32), None, None, (3, 32, 32)),
    "grey, as MNIST": (convolutional(1, 28, 28), None, None, (1, 28, 28)),
    "an odd size": (convolutional(3, 37, 37), None, None, (3, 37, 37)),
    "an odd size of a flat network": (flat(3, 45, 45), None, None, (3, 45, 45)),
    "not square, as told": (convolutional(3, 20, 30), (20, 30), None, (3, 20, 30)),
    "not square, as the picture": (convolutional(3, 20, 30), None, (20, 30), (3, 20, 30)),
    "the picture has another size": (convolutional(3, 24, 24), None, (480, 360), (3, 24, 24)),
    "any size, that of the picture": (free(), None, (50, 40), (3, 50, 40)),
    "any size, a photograph": (free(), None, (3000, 4000), (3, 224, 224)),
    "any size, no picture": (free(1), None, None, (1, 32, 32)),
    "five channels": (free(5), None, None, (5, 32, 32)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_shape_is_found(name):
    network, size, picture, expected = CASES[name]
    for made in (network, network.double()):
        assert find_shape(made.eval(), size, picture)[0] == expected


def test_a_wrong_size_is_told_with_the_right_one():
    with pytest.raises(FlatgiaError, match=r"--size: the network takes no images of 64 x 64 .* it takes 24 x 24"):
        find_shape(convolutional(3, 24, 24).double(), (64, 64), None)
    with pytest.raises(FlatgiaError, match=r"--size: 0 x 9 is no size"):
        find_shape(free(), (0, 9), None)


class Odd(nn.Module):
    def __init__(self, give):
        super().__init__()
        self.weight, self.give = nn.Parameter(torch.ones(1)), give

    def forward(self, x):
        return self.give(x.mean((1, 2, 3))[:, None] * self.weight)


def fail(x):
    raise KeyError("no key")


ODD = {
    "a tuple": (lambda x: (x, x), "--model: .*of type tuple"),
    "a scalar": (lambda x: x.sum(), r"--model: .*of shape \(\)"),
    "a map": (lambda x: x[:, :, None], r"--model: .*of shape \(1, 1, 1\)"),
    "whole numbers": (lambda x: x.long(), r"--model: .*of shape"),
    "it fails": (fail, "the network takes no images .*no key"),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("size", [None, (8, 8)])
def test_a_strange_output_is_told(name, size):
    give, words = ODD[name]
    with pytest.raises(FlatgiaError, match=words):
        find_shape(Odd(give), size, None)
