"""FedGF."""

import pytest
import torch

from flatgia.federated.methods.fedgf import FedGF
from flatgia.federated.methods.fedsam import FedSAM


def test_by_hand(two, slope):
    # FedSAM's point is (1.3, 1.4); a quarter of the way to theta~ = (2, 0) it is (1.475, 1.05).
    found = FedGF(0.5, 0.1, 0.25).gradient(slope, two(1, 1), two(2, 0))
    assert (found["weight"].item(), found["bias"].item()) == pytest.approx((3 * 1.475, 4 * 1.05), abs=1e-11)


def test_what_the_server_sends_along(two):
    # p = before - after = (3, 4): after + rho_server p / 5, uphill, against the update.
    sent = FedGF(0.2, 0.5, 0.1).broadcast(two(4, 5), two(1, 1))
    assert (sent["weight"].item(), sent["bias"].item()) == pytest.approx((1.3, 1.4), abs=1e-11)


def test_in_round_zero_it_is_fedsam_bit_for_bit(two, slope):
    for rho in (0.0, 0.2):
        one, other = FedGF(rho, 0.2, 0.1).gradient(slope, two(1, 1), None), FedSAM(rho).gradient(slope, two(1, 1), None)
        assert all(torch.equal(one[name], other[name]) for name in one)


def test_with_c_zero_it_is_fedsam(two, slope):
    one = FedGF(0.2, 0.2, 0.0).gradient(slope, two(1, 1), two(9, 9))
    assert one == FedSAM(0.2).gradient(slope, two(1, 1), None)


def test_with_c_one_only_the_servers_point_counts(two, slope):
    assert FedGF(0.2, 0.2, 1.0).gradient(slope, two(1, 1), two(2, 3)) == two(6, 12)
