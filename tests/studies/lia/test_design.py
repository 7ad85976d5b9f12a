"""Shifts tell clients apart as they promise."""

import pytest
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.studies.lia.design import check_count, shifts
from flatgia.studies.lia.solve import system

BETA = torch.linspace(-0.2, 0.2, 12).double()


@pytest.mark.parametrize("clients", [2, 5, 12, 13])
@pytest.mark.parametrize("design", ["simplex", "blocks"])
def test_up_to_one_more_than_the_channels_are_told_apart(design, clients):
    betas = shifts(design, BETA, clients, 0.5, True, 0)
    assert betas.shape == (clients, 12) and system(betas.relu()).least > 1e-3


def test_a_simplex_is_orthogonal_about_its_centre_and_of_the_given_strength():
    moved = shifts("simplex", BETA, 7, 0.5, False, 0) - BETA
    torch.testing.assert_close(moved.square().mean(1).sqrt(), torch.full((7,), 0.5).double())
    cosines = (moved @ moved.T) / moved.norm(dim=1).outer(moved.norm(dim=1))
    torch.testing.assert_close(cosines[~torch.eye(7, dtype=torch.bool)], torch.full((42,), -1 / 6).double())


def test_through_a_relu_no_channel_is_cut():
    for design in ("simplex", "random"):
        assert shifts(design, BETA, 9, 0.5, True, 0).min() > 0


def test_blocks_are_disjoint_and_each_client_has_one():
    opened = shifts("blocks", BETA, 5, 0.5, True, 0) > 0
    assert opened.sum(0).tolist() == [1] * 12 and opened.any(1).all()


def test_one_more_is_refused_in_words():
    check_count(13, 12, "norm")
    with pytest.raises(FlatgiaError, match="14 clients, and the 12 channels of norm tell 13 apart"):
        check_count(14, 12, "norm")


def test_a_system_without_full_rank_says_so():
    rows = torch.randn(6, 3, generator=torch.Generator().manual_seed(0)).double()
    found = system(rows)
    assert found.least == 0 and found.condition == float("inf")
    assert system(rows[:4]).least > 0
