"""FedSAM."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from flatgia.federated import tree
from flatgia.federated.methods.fedsam import FedSAM, ascent


def test_by_hand(two, slope):
    # At (1, 1) the gradient is (3, 4), of norm 5: delta = (0.3, 0.4), and there it is (3 * 1.3, 4 * 1.4).
    assert ascent(two(3, 4), 0.5)["weight"].item() == pytest.approx(0.3, abs=1e-12)
    found = FedSAM(0.5).gradient(slope, two(1, 1), None)
    assert (found["weight"].item(), found["bias"].item()) == pytest.approx((3.9, 5.6), abs=1e-11)


@given(st.floats(1e-3, 10), st.integers(0, 99), st.floats(1e-4, 1e4))
def test_the_step_has_length_rho_along_the_gradient(rho, seed, size):
    rng = torch.Generator().manual_seed(seed)
    g = {"a": size * torch.randn(3, 2, generator=rng).double(), "b": size * torch.randn(4, generator=rng).double()}
    delta = ascent(g, rho)
    assert tree.norm(delta).item() == pytest.approx(rho, rel=1e-6)
    assert torch.allclose(delta["a"] * tree.norm(g), g["a"] * rho)


def test_no_gradient_no_step(two):
    assert ascent(two(0, 0), 0.5) == two(0, 0)


def test_it_asks_twice_on_the_same_batch_and_once_for_rho_zero(two, slope):
    asked = []

    def counting(params):
        asked.append(params)
        return slope(params)

    FedSAM(0.5).gradient(counting, two(1, 1), None)
    assert len(asked) == 2 and asked[0] == two(1, 1)
    assert FedSAM(0).gradient(counting, two(1, 1), None) == two(3, 4) and len(asked) == 3


def test_it_sends_nothing_along(two):
    assert FedSAM(0.5).broadcast(two(1, 1), two(0, 0)) is None
