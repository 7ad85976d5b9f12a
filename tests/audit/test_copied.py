"""A copy of a user's network."""

import pytest
import torch
from torch import nn
from torch.func import grad, vmap

from flatgia.audit.copied import copied
from flatgia.core.errors import FlatgiaError


def test_a_network_that_cannot_be_copied_is_told(small):
    small.held = (small.head.weight * 2).sum()
    with pytest.raises(FlatgiaError, match="--model: the network cannot be copied"):
        copied(small)


def test_hard_sigmoids_can_be_differentiated_twice():
    network = nn.Sequential(nn.Linear(3, 3), nn.ModuleDict({"inner": nn.Hardsigmoid()})["inner"]).double()
    found, x = copied(network), 4 * torch.randn(50, 3).double()
    assert torch.allclose(found(x), network(x), atol=1e-15)
    assert isinstance(network[1], nn.Hardsigmoid)

    def slope(x):
        return grad(lambda x: found(x).square().sum())(x).square().sum()

    assert vmap(grad(slope))(x).isfinite().all()
