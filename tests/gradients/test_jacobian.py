"""J = dg/dx and G = J^T J, in float64, against finite differences, brute force and what must not change."""

import pytest
import torch
from torch import nn
from torch.func import jacrev

from flatgia.attacks.victim import Victim
from flatgia.core.errors import FlatgiaError
from flatgia.federated.methods.fedasam import FedASAM
from flatgia.federated.methods.fedgf import FedGF
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.backend import Backend
from flatgia.gradients.choice import choose_backend
from flatgia.gradients.jacobian import columns, downdate, flat, gram, random_directions, ridge
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_params

METHODS = {
    "plain": None,
    "FedSAM": FedSAM(0.2),
    "FedASAM": FedASAM(0.3, 0.9),
    "FedGF": FedGF(0.2, 0.2, 0.1),
}


class Small(nn.Module):
    """A net of one hidden layer that sees the first `seen` of 48 entries of an image."""

    def __init__(self, seen=48):
        super().__init__()
        self.first, self.head, self.seen = nn.Linear(48, 30), nn.Linear(30, 4), seen

    def forward(self, x):
        shown = torch.arange(48) < self.seen
        return self.head(self.first(x.flatten(1) * shown).sigmoid())


def doubles(network, *seed):
    return {name: value.double() for name, value in initial_params(network, "dlg", *seed).items()}


def case(backend, method=None, size=4, count=1):
    """The shared gradient as a function of inputs, and inputs."""
    draw = torch.Generator().manual_seed(0)
    inputs = torch.randn(count, 3, size, size, generator=draw).double()
    labels = torch.arange(count) % 4
    shared = Victim(backend, doubles(backend.network, 0), method, doubles(backend.network, 1)).gradient()
    return lambda x: flat(shared(x, labels).values()), inputs


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("name", METHODS)
def test_columns_by_brute_force(name, count):
    gradient, inputs = case(Backend(Small()), METHODS[name], count=count)
    expected = jacrev(gradient)(inputs).flatten(1).T
    torch.testing.assert_close(columns(gradient, inputs), expected)
    torch.testing.assert_close(gram(columns(gradient, inputs)), expected @ expected.T)


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("name", METHODS)
def test_columns_of_lenet_by_finite_differences(name, count):
    backend = choose_backend(LeNet().eval().requires_grad_(False), "auto")
    gradient, inputs = case(backend, METHODS[name], 32, count)
    directions = random_directions(5, inputs.numel(), "test")
    for column, direction in zip(columns(gradient, inputs, directions), directions, strict=True):
        step = 1e-5 * direction.view_as(inputs)
        expected = (gradient(inputs + step) - gradient(inputs - step)) / 2e-5
        torch.testing.assert_close(column, expected, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("at_once", [1, 7, 48])
def test_how_many_are_taken_together_changes_nothing(at_once):
    gradient, inputs = case(Backend(Small()), METHODS["FedSAM"])
    torch.testing.assert_close(columns(gradient, inputs, at_once=at_once), columns(gradient, inputs))


def test_half_precision_is_refused():
    gradient, inputs = case(Backend(Small()))
    with pytest.raises(FlatgiaError, match="float16 rounds away"):
        columns(gradient, inputs.half())


def test_single_precision_products_are_near_those_in_double():
    found = torch.randn(30, 500, dtype=torch.float64)
    torch.testing.assert_close(gram(found.float()), found @ found.T, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("scale", [1.0, 37.0])
def test_the_cosines_hessian_is_a_rank_one_downdate_and_knows_no_scale(scale):
    gradient, inputs = case(Backend(Small()))
    truth = gradient(inputs)

    def distance(x):
        modelled = scale * gradient(x)
        return 1 - modelled @ truth / (modelled.norm() * truth.norm())

    direct = torch.func.hessian(distance)(inputs).reshape(48, 48)
    found = scale * columns(gradient, inputs)
    slope = found @ truth / truth.norm()
    torch.testing.assert_close(downdate(gram(found), slope, (scale * truth).square().sum()), direct)


def test_what_the_network_does_not_see_leaves_g_singular_and_a_ridge_finite():
    gradient, inputs = case(Backend(Small(seen=40)))
    whole = gram(columns(gradient, inputs))
    assert torch.linalg.matrix_rank(whole) == 40
    pseudo = torch.linalg.pinv(whole, hermitian=True, rtol=1e-12)
    torch.testing.assert_close(whole @ ridge(whole, whole[0], 0.0), whole @ pseudo @ whole[0])
    assert ridge(whole, whole[0], 1e-6).isfinite().all()


def test_a_ridge_is_the_damped_least_squares_solution():
    gradient, inputs = case(Backend(Small()))
    found, target = columns(gradient, inputs), torch.randn(gradient(inputs).numel(), dtype=torch.float64)
    expected = torch.linalg.lstsq(
        torch.cat([found.T, 0.1 * torch.eye(48, dtype=torch.float64)]),
        torch.cat([target, target.new_zeros(48)])[:, None],
    ).solution[:, 0]
    torch.testing.assert_close(ridge(gram(found), found @ target, 0.01), expected)


def test_random_directions_are_orthonormal_and_of_their_seed():
    found = random_directions(20, 48, "test", 0)
    torch.testing.assert_close(found @ found.T, torch.eye(20, dtype=torch.float64))
    assert torch.equal(found, random_directions(20, 48, "test", 0))
    assert not torch.equal(found, random_directions(20, 48, "test", 1))
