"""The recursion in C++, and by triangular solves, against the one in PyTorch.

That one is held against torch.optim in tests/attacks/test_lbfgs.py.
"""

import pytest
import torch

from flatgia.attacks.optimisers import native_two_loop as module
from flatgia.attacks.optimisers.native_two_loop import direction_for, two_loop
from flatgia.attacks.optimisers.two_loop import direction_by_solves, direction_from

TOLERANCE = {torch.float64: 1e-13, torch.float32: 2e-5}


def history(count, length, pairs, dtype):
    draw = torch.Generator().manual_seed(count + length + pairs)
    found = []
    for _ in range(pairs):
        move, noise = torch.randn(2, count, length, generator=draw, dtype=dtype)
        change = 0.5 * move + 0.3 * noise
        found.append((move, change, 1 / (move * change).sum(1)))
    return (
        torch.randn(count, length, generator=draw, dtype=dtype),
        found,
        torch.rand(count, generator=draw, dtype=dtype),
    )


@pytest.mark.parametrize("direction_of", [two_loop, direction_by_solves])
@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("pairs", [0, 1, 20])
@pytest.mark.parametrize("count, length", [(1, 1), (3, 31), (2, 257), (3, 3072)])
def test_it_is_the_recursion_in_pytorch(count, length, pairs, dtype, direction_of):
    gradient, found, scale = history(count, length, pairs, dtype)
    ours, theirs = direction_of(gradient, found, scale), direction_from(gradient, found, scale)
    assert (ours - theirs).norm() <= TOLERANCE[dtype] * theirs.norm()


def test_a_pair_of_weight_zero_counts_for_nothing_and_any_layout_serves():
    gradient, found, scale = history(4, 96, 5, torch.float64)
    useless = (torch.randn_like(gradient), torch.randn_like(gradient), torch.zeros_like(scale))
    for direction_of in (two_loop, direction_by_solves):
        with_it = direction_of(gradient, [*found[:3], useless, *found[3:]], scale)
        torch.testing.assert_close(with_it, direction_from(gradient, found, scale))
    strewn = [tuple(tensor.repeat_interleave(2, -1)[..., ::2] for tensor in pair) for pair in found]
    assert torch.equal(two_loop(gradient.T.contiguous().T, strewn, scale), two_loop(gradient, found, scale))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_history_that_does_not_fit_is_refused(place):
    gradient, found, scale = history(3, 8, 2, torch.float64)
    pair = tuple(tensor[:2] if k == place else tensor for k, tensor in enumerate(found[1]))
    with pytest.raises(ValueError, match="does not fit"):
        two_loop(gradient, [found[0], pair], scale)


def test_mixed_types_go_the_way_of_pytorch():
    gradient, found, scale = history(3, 8, 2, torch.float64)
    for mixed in ((gradient.float(), found, scale), (gradient, found, scale.float())):
        assert torch.equal(two_loop(*mixed), direction_from(*mixed))


def test_it_serves_where_it_can(monkeypatch):
    taken = []
    monkeypatch.setattr(module, "two_loop", lambda *_: taken.append("C++"))
    monkeypatch.setattr(module, "direction_from", lambda *_: taken.append("PyTorch"))
    monkeypatch.setattr(module, "direction_by_solves", lambda *_: taken.append("solves"))
    for compile, device in (("auto", "cpu"), ("never", "cpu"), ("auto", "cuda")):
        direction_for(compile, torch.device(device))()
    assert taken == ["C++", "PyTorch", "solves"]
    asked = []
    monkeypatch.setattr(module, "load_library", lambda: asked.append(1))
    direction = direction_for("auto", torch.device("cpu"))
    assert not asked, "an attack that takes no direction needs no compiler"
    direction()
    assert asked and taken[-1] == "PyTorch"
