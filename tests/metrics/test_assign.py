"""The best order of a batch, against trying them all."""

from itertools import permutations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from flatgia.metrics.assign import assign
from flatgia.metrics.mse import mse


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(0, 10_000), st.floats(0, 1))
def test_no_order_is_better(batch, seed, noise):
    draws = torch.Generator().manual_seed(seed)
    truth = torch.rand(batch, 3, 4, 4, generator=draws)
    images = truth[torch.randperm(batch, generator=draws)] + noise * torch.randn(batch, 3, 4, 4, generator=draws)
    order = assign(images, truth)
    assert sorted(order.tolist()) == list(range(batch))
    least = min(mse(images, truth[list(other)]).sum().item() for other in permutations(range(batch)))
    assert abs(mse(images, truth[order]).sum().item() - least) < 1e-9


def test_a_shuffled_copy_is_put_in_order():
    truth = torch.rand(4, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    shuffle = torch.tensor([2, 0, 3, 1])
    assert torch.equal(assign(truth[shuffle], truth), shuffle)
