"""Counts are whole, and those of a client whose scale is unknown are found."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from flatgia.studies.lia.counts import right, unscaled, whole


@given(st.lists(st.floats(-1, 2), min_size=2, max_size=12), st.integers(1, 300))
def test_counts_are_whole_not_negative_and_sum_up(shares, images):
    found = whole(torch.tensor([shares]), images)[0]
    assert found.min() >= 0 and int(found.sum()) == images


@given(st.lists(st.integers(0, 40), min_size=2, max_size=10).filter(sum))
def test_shares_near_whole_ones_give_those(counts):
    truth = torch.tensor([counts])
    images = sum(counts)
    noise = 0.4 * torch.rand(truth.shape, generator=torch.Generator().manual_seed(images)) / images
    assert torch.equal(whole(truth / images + noise, images), truth)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 5))
def test_an_unknown_scale_is_found(seed, scale):
    draw = torch.Generator().manual_seed(seed)
    labels = torch.randint(10, (32,), generator=draw)
    truth = torch.bincount(labels, minlength=10)[None]
    p = torch.randn(1, 10, generator=draw).double().softmax(1)
    assert torch.equal(unscaled(scale * (p - truth / 32), p, 32), truth)


def test_the_share_right_is_that_of_multisets():
    found = right(torch.tensor([[2, 1, 1], [4, 0, 0]]), torch.tensor([[1, 2, 1], [4, 0, 0]]))
    assert found.tolist() == [0.75, 1]
