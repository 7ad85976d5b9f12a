"""Hessian-vector products against finite differences, the brute-force matrix, and curvlinops."""

import pytest
import torch
from torch import nn
from torch.func import functional_call, grad, hessian

from flatgia.gradients.hessian import gradient_graphs, product, products_with_first
from flatgia.networks.network import initial_params, load_network


def small_case(images: int = 7) -> tuple[nn.Module, dict, torch.Tensor, torch.Tensor]:
    """A convolution, a hidden layer and a head in float64: 59 parameters."""
    draw = torch.Generator().manual_seed(1)
    network = nn.Sequential(
        nn.Conv2d(1, 2, 3, stride=2, padding=1), nn.Sigmoid(), nn.Flatten(), nn.Linear(8, 3), nn.Tanh(), nn.Linear(3, 3)
    ).double()
    params = {k: torch.randn(v.shape, generator=draw, dtype=torch.float64) for k, v in network.named_parameters()}
    inputs = torch.randn(images, 1, 4, 4, generator=draw, dtype=torch.float64)
    return network, params, inputs, torch.randint(3, (images,), generator=draw)


def flat_loss(network: nn.Module, params: dict, inputs: torch.Tensor, labels: torch.Tensor):
    """The mean loss as a function of one flat vector."""

    def loss(vector: torch.Tensor) -> torch.Tensor:
        pieces = vector.split([value.numel() for value in params.values()])
        held = {k: piece.view_as(v) for (k, v), piece in zip(params.items(), pieces, strict=True)}
        return nn.functional.cross_entropy(functional_call(network, held, (inputs,)), labels)

    return loss


def flatten(params: dict) -> torch.Tensor:
    return torch.cat([value.flatten() for value in params.values()])


@pytest.mark.parametrize("block", [2, 3, 7, 100])
def test_product_is_the_brute_force_matrix_times_the_vector(block: int) -> None:
    case = small_case()
    expected = hessian(flat_loss(*case))(flatten(case[1]))
    graphs = gradient_graphs(*case, block)
    for vector in torch.randn(3, len(expected), generator=torch.Generator().manual_seed(2), dtype=torch.float64):
        torch.testing.assert_close(product(graphs, vector), expected @ vector, rtol=1e-10, atol=1e-12)


def test_product_is_the_difference_of_two_gradients() -> None:
    case = small_case()
    point, slope = flatten(case[1]), grad(flat_loss(*case))
    vector = torch.randn(len(point), generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    expected = (slope(point + 1e-5 * vector) - slope(point - 1e-5 * vector)) / 2e-5
    torch.testing.assert_close(product(gradient_graphs(*case, 4), vector), expected, rtol=1e-7, atol=1e-8)


def test_parameters_before_the_first_are_constants() -> None:
    case = small_case()
    whole = hessian(flat_loss(*case))(flatten(case[1]))
    begin = sum(value.numel() for value in list(case[1].values())[:2])
    graphs = gradient_graphs(*case, 3, first=2)
    rows = products_with_first(graphs, torch.eye(24, dtype=torch.float64))
    torch.testing.assert_close(rows, whole[begin : begin + 24, begin:], rtol=1e-10, atol=1e-12)


def test_an_unused_parameter_has_a_zero_row() -> None:
    network, params, inputs, labels = small_case()
    network.register_parameter("unused", nn.Parameter(torch.ones(2, dtype=torch.float64)))
    params = {"unused": torch.ones(2, dtype=torch.float64)} | params
    graphs = gradient_graphs(network, params, inputs, labels, 7)
    found = product(graphs, torch.ones(2 + 59, dtype=torch.float64))
    assert found[:2].abs().max() == 0
    assert found[2:].abs().max() > 0
    assert products_with_first(graphs, torch.eye(2, dtype=torch.float64)).abs().max() == 0


def lenet_case(images: int) -> tuple[nn.Module, dict, torch.Tensor, torch.Tensor]:
    draw = torch.Generator().manual_seed(4)
    network = load_network("flatgia.networks.lenet:LeNet")
    inputs = torch.randn(images, 3, 32, 32, generator=draw)
    return network, initial_params(network, "dlg", 0), inputs, torch.randint(10, (images,), generator=draw)


@pytest.mark.filterwarnings("ignore")
def test_lenet_product_agrees_with_curvlinops() -> None:
    curvlinops = pytest.importorskip("curvlinops")
    network, params, inputs, labels = lenet_case(6)
    network.load_state_dict(params)
    network.requires_grad_(True)
    held = list(network.parameters())
    operator = curvlinops.HessianLinearOperator(network, nn.CrossEntropyLoss(), held, [(inputs, labels)])
    vector = torch.randn(15_826, generator=torch.Generator().manual_seed(5))
    found = product(gradient_graphs(network, params, inputs, labels, 4), vector)
    expected = (operator @ vector).double()
    assert (found - expected).norm() < 1e-5 * expected.norm()


def test_float32_products_are_good_to_six_digits() -> None:
    network, params, inputs, labels = lenet_case(5)
    vector = torch.randn(15_826, generator=torch.Generator().manual_seed(6), dtype=torch.float64)
    single = product(gradient_graphs(network, params, inputs, labels, 5), vector)
    wide = {name: value.double() for name, value in params.items()}
    double = product(gradient_graphs(network.double(), wide, inputs.double(), labels, 5), vector)
    assert (single - double).norm() < 3e-6 * double.norm()
