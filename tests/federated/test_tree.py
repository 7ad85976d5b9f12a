"""Arithmetic on parameters."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from flatgia.federated import tree


def test_by_hand(two):
    assert tree.add(two(1, 2), two(3, 4), -2.0) == two(-5, -6)
    assert tree.norm(two(3, 4)).item() == 5.0
    assert tree.mean([two(1, 0), two(4, 3)], [2, 1]) == two(2, 1)


def test_one_norm_over_all_tensors():
    parts = {"a": torch.randn(2, 3), "b": torch.randn(5)}
    whole = torch.cat([parts["a"].flatten(), parts["b"]])
    assert torch.isclose(tree.norm(parts), whole.norm())


def test_the_norm_of_nothing_has_a_gradient_of_zero():
    zero = torch.zeros(3, requires_grad=True)
    tree.norm({"a": zero}).backward()
    assert zero.grad.tolist() == [0, 0, 0]


@given(st.lists(st.tuples(st.floats(-10, 10), st.integers(1, 9)), min_size=1, max_size=6), st.randoms())
def test_the_mean_is_weighted_and_does_not_care_for_the_order(pairs, shuffler):
    def mean(pairs):
        trees = [{"a": torch.tensor(value, dtype=torch.float64)} for value, _ in pairs]
        return tree.mean(trees, [weight for _, weight in pairs])["a"].item()

    expected = sum(value * weight for value, weight in pairs) / sum(weight for _, weight in pairs)
    turned = shuffler.sample(pairs, len(pairs))
    assert mean(pairs) == pytest.approx(expected, abs=1e-12)
    assert mean(turned) == pytest.approx(expected, abs=1e-12)


def test_single_precision_is_summed_in_double():
    trees = [{"a": torch.tensor(v)} for v in (1e8, 1.0, -1e8)]
    found = tree.mean(trees, [1, 1, 1])["a"]
    assert found.dtype == torch.float32 and found.item() == pytest.approx(1 / 3, rel=1e-6)
