"""A two-parameter model whose gradients are known by heart, and a small network in double precision."""

import pytest
import torch
from torch import nn

from flatgia.settings.sections import Federation


class Linear(nn.Module):
    """Six numbers to three logits, through four sigmoids: 43 parameters."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 4)
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        return self.head(self.body(x).sigmoid())


@pytest.fixture
def two():
    """`two(weight, bias)`: parameters of a model with one weight and one bias, in double precision."""
    return lambda weight, bias: {name: torch.tensor([v], dtype=torch.float64) for name, v in zip(
        ("weight", "bias"), (weight, bias), strict=True)}  # fmt: skip


@pytest.fixture
def slope():
    """The gradient of 1.5 weight^2 + 2 bias^2."""
    return lambda params: {"weight": 3 * params["weight"], "bias": 4 * params["bias"]}


@pytest.fixture
def network():
    return Linear().double().eval().requires_grad_(False)


@pytest.fixture
def params(network):
    rng = torch.Generator().manual_seed(1)
    shapes = {name: parameter.shape for name, parameter in network.named_parameters()}
    return {name: torch.randn(shape, dtype=torch.float64, generator=rng) for name, shape in shapes.items()}


@pytest.fixture
def clients():
    """Four clients of 5, 8, 11 and 14 samples."""
    rng = torch.Generator().manual_seed(2)
    return [
        (torch.randn(n, 6, dtype=torch.float64, generator=rng), torch.randint(0, 3, (n,), generator=rng))
        for n in (5, 8, 11, 14)
    ]


@pytest.fixture
def federation():
    """Four clients, three of them in a round, two epochs each."""
    return Federation(
        clients=4, clients_per_round=3, partition="equal", alpha=1.0, images_per_client=14, local_epochs=2, batch_size=4,
        learning_rate=0.1, weight_decay=0.05, test_images=1,
    )  # fmt: skip


@pytest.fixture
def local(federation):
    return federation.local
