"""The whole matrix against brute force."""

import pytest
import torch
from torch import nn
from torch.func import functional_call, hessian

import flatgia.curvature.matrix as module
from flatgia.core.errors import FlatgiaError
from flatgia.curvature.matrix import hessian_matrix


def case(hidden: int = 4) -> tuple[nn.Module, dict, torch.Tensor, torch.Tensor]:
    draw = torch.Generator().manual_seed(7)
    network = nn.Sequential(nn.Conv2d(2, 3, 2), nn.Sigmoid(), nn.Flatten(), nn.Linear(12, hidden), nn.Linear(hidden, 3))
    params = {k: torch.randn(v.shape, generator=draw, dtype=torch.float64) for k, v in network.named_parameters()}
    inputs = torch.randn(6, 2, 3, 3, generator=draw, dtype=torch.float64)
    return network.double(), params, inputs, torch.randint(3, (6,), generator=draw)


def brute_force(network: nn.Module, params: dict, inputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    def loss(held: dict) -> torch.Tensor:
        return nn.functional.cross_entropy(functional_call(network, held, (inputs,)), labels)

    blocks = hessian(loss)(params)
    rows = [[blocks[a][b].reshape(params[a].numel(), params[b].numel()) for b in params] for a in params]
    return torch.cat([torch.cat(row, 1) for row in rows])


@pytest.mark.parametrize("block", [4, 6])
def test_matrix_is_brute_force(block: int) -> None:
    expected = brute_force(*case())
    found = hessian_matrix(*case(), block)
    assert found.dtype == torch.float64
    assert torch.equal(found, found.T)
    torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-12)


def test_the_number_of_columns_of_a_pass_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    one = hessian_matrix(*case(), 6)
    monkeypatch.setitem(module.COLUMNS, "cpu", 5)
    torch.testing.assert_close(hessian_matrix(*case(), 6), one, rtol=1e-12, atol=1e-14)


def test_too_large_a_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 50)
    with pytest.raises(FlatgiaError, match="at most 50 parameters, the network has 94.*use slq"):
        hessian_matrix(*case(), 6)
