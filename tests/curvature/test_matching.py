"""Both Hessians of gradient matching against autograd's, of the losses themselves."""

import pytest
import torch
from torch import nn

from flatgia.attacks.victim import Victim
from flatgia.curvature.matching import LOSSES, largest, some_directions, spectra
from flatgia.gradients.backend import Backend
from flatgia.gradients.jacobian import flat
from flatgia.gradients.objectives import cosine_distance, squared_error
from flatgia.networks.network import initial_params

OBJECTIVES = {"l2": squared_error, "cosine": cosine_distance}


def case(seen=12):
    network = nn.Sequential(nn.Flatten(), nn.Linear(12, 9), nn.Sigmoid(), nn.Linear(9, 4)).requires_grad_(False)
    state = {name: value.double() for name, value in initial_params(network, "dlg", 0).items()}
    state["1.weight"] = state["1.weight"] * (torch.arange(12) < seen)
    shared = Victim(Backend(network), state, None, None).gradient()
    inputs = torch.randn(1, 3, 2, 2, generator=torch.Generator().manual_seed(0)).double()
    return (lambda x: flat(shared(x, torch.tensor([1])).values())), inputs


def direct(loss, gradient, inputs):
    truth = gradient(inputs)
    return torch.func.hessian(lambda x: OBJECTIVES[loss]([gradient(x)], [truth]))(inputs).reshape(12, 12)


@pytest.mark.parametrize("loss", LOSSES)
def test_all_directions_give_the_spectrum_of_the_losss_hessian(loss):
    gradient, inputs = case()
    norm, found = spectra(gradient, inputs, None)
    expected = torch.linalg.eigvalsh(direct(loss, gradient, inputs)).flip(0)
    torch.testing.assert_close(found[loss].values, expected, rtol=1e-6, atol=1e-10)
    assert norm == pytest.approx(float(gradient(inputs).norm()))


@pytest.mark.parametrize("loss", LOSSES)
def test_lanczos_finds_the_largest_of_the_whole_hessian(loss):
    gradient, inputs = case()
    expected = torch.linalg.eigvalsh(direct(loss, gradient, inputs))[-1]
    assert largest(loss, gradient, inputs) == pytest.approx(float(expected), rel=1e-5)


def test_fewer_directions_lie_between_the_extremes():
    gradient, inputs = case()
    _, whole = spectra(gradient, inputs, None)
    _, some = spectra(gradient, inputs, some_directions(5, 12, 100, "test"))
    for loss in LOSSES:
        assert some[loss].values.shape == (5,) and some[loss].values[-1] >= whole[loss].values[-1]
        assert some[loss].values[0] <= whole[loss].values[0] == pytest.approx(some[loss].largest, rel=1e-5)


def test_the_cosines_spectrum_knows_no_scale():
    gradient, inputs = case()
    one, other = (spectra(lambda x, s=s: s * gradient(x), inputs, None)[1] for s in (1.0, 40.0))
    torch.testing.assert_close(one["cosine"].values, other["cosine"].values, rtol=1e-6, atol=1e-10)
    torch.testing.assert_close(1600 * one["l2"].values, other["l2"].values)


def test_a_zero_gradient_has_no_spectrum():
    _, inputs = case()
    assert spectra(lambda x: 0 * x.flatten(), inputs, None) == (0.0, {})
