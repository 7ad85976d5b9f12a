"""The leading eigenvector against known ones."""

import torch

from flatgia.gradients.power import power_iteration
from flatgia.training import leading


def test_power_finds_the_largest_size_and_lanczos_the_largest_value(quadratic, random):
    loss = quadratic([5.0, 3.0, -9.0, 1.0])
    product, start = loss.hessian(None), random(4, 1)
    by_power = power_iteration(product, start, 80)
    assert abs(by_power @ loss.basis[:, 2]).item() > 1 - 1e-9
    assert torch.allclose(by_power, -power_iteration(product, start, 81), atol=1e-6)  # a negative one: the sign flips
    by_lanczos = leading.largest(product, start, 4)
    assert abs(by_lanczos @ loss.basis[:, 0]).item() > 1 - 1e-9 and (by_lanczos @ start).item() > 0


def test_a_product_that_vanishes_leaves_the_vector():
    assert torch.equal(power_iteration(lambda v: 0 * v, torch.tensor([0.0, 2.0]), 3), torch.tensor([0.0, 1.0]))


def test_it_is_refreshed_when_due_and_starts_where_it_was(quadratic, random):
    loss, memory = quadratic([5.0, 4.0, 1.0]), {"v": random(3, 1), "step": torch.tensor(0)}
    counts, seen = [], []
    for _ in range(7):
        vector, memory = leading.leading(loss, memory["v"], memory, "power", 3, 2)
        counts.append(loss.products)
        seen.append(vector)
    assert counts == [2, 2, 2, 4, 4, 4, 6]
    unbroken = power_iteration(loss.hessian(None), random(3, 1), 6)
    assert torch.allclose(seen[-1], unbroken) and torch.equal(seen[0], seen[2])


def test_the_start_is_the_seeds():
    assert torch.equal(leading.start(9, 1, "a")["v"], leading.start(9, 1, "a")["v"])
    assert not torch.equal(leading.start(9, 1, "a")["v"], leading.start(9, 2, "a")["v"])


def test_a_diverged_hessian_leaves_the_vector():
    start = torch.ones(3).double()
    assert torch.equal(leading.largest(lambda v: v * float("nan"), start, 2), start)
