"""FedASAM."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from flatgia.federated import tree
from flatgia.federated.methods.fedasam import FedASAM, adaptive_ascent
from flatgia.federated.methods.fedsam import FedSAM, ascent


def test_by_hand(two, slope):
    # T = (|-1| + 1, 1) = (2, 1), g = (-3, 4), T g = (-6, 4) of norm sqrt 52, delta = rho (-12, 4) / sqrt 52.
    delta = adaptive_ascent(two(-1, 1), two(-3, 4), 0.5, 1.0)
    length = 0.5 / 52**0.5
    assert (delta["weight"].item(), delta["bias"].item()) == pytest.approx((-12 * length, 4 * length), abs=1e-12)
    found = FedASAM(0.5, 1.0).gradient(slope, two(-1, 1), None)
    assert found["weight"].item() == pytest.approx(3 * (-1 - 12 * length), abs=1e-11)
    assert found["bias"].item() == pytest.approx(4 * (1 + 4 * length), abs=1e-11)


def test_with_a_scale_of_one_it_is_sam(two, slope):
    # |w| + eta = 1 on the weight; on a bias the scale is always 1.
    params = two(-0.25, 7)
    delta, sam = adaptive_ascent(params, slope(params), 0.3, 0.75), ascent(slope(params), 0.3)
    assert all(torch.allclose(delta[name], sam[name], rtol=1e-12) for name in params)
    one, other = (m.gradient(slope, params, None) for m in (FedASAM(0.3, 0.75), FedSAM(0.3)))
    assert all(torch.allclose(one[name], other[name], rtol=1e-12) for name in params)


@given(st.floats(1e-3, 10), st.floats(0, 2), st.integers(0, 99))
def test_the_scaled_step_has_length_rho(rho, eta, seed):
    rng = torch.Generator().manual_seed(seed)
    w, g = (
        {name: torch.randn(shape, generator=rng).double() for name, shape in (("weight", (3, 2)), ("bias", (3,)))}
        for _ in range(2)
    )
    delta = adaptive_ascent(w, g, rho, eta)
    unscaled = {"weight": delta["weight"] / (w["weight"].abs() + eta), "bias": delta["bias"]}
    assert tree.norm(unscaled).item() == pytest.approx(rho, rel=1e-6)


def test_rho_zero_is_the_plain_gradient(two, slope):
    assert FedASAM(0.0, 0.9).gradient(slope, two(1, 1), None) == two(3, 4)
