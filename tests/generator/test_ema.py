"""The moving average."""

import torch

from flatgia.generator.ema import update_average


def test_average_moves_by_one_minus_decay():
    average, current = {"a": torch.tensor([1.0, 2.0])}, {"a": torch.tensor([3.0, -2.0], requires_grad=True)}
    update_average(average, current, 0.75)
    assert torch.equal(average["a"], torch.tensor([1.5, 1.0]))
    assert torch.equal(current["a"], torch.tensor([3.0, -2.0]))


def test_average_of_a_constant_is_reached():
    average = {"a": torch.zeros(1, dtype=torch.float64)}
    for _ in range(200):
        update_average(average, {"a": torch.ones(1, dtype=torch.float64)}, 0.9)
    torch.testing.assert_close(average["a"].item(), 1 - 0.9**200, rtol=1e-12, atol=0)
