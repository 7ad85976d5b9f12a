"""Adam and its schedules."""

import pytest
import torch

from flatgia.attacks.optimisers import descent
from flatgia.attacks.optimisers.descent import SCHEDULES, adam, compiled, matching_step
from flatgia.gradients.objectives import squared_error

CURVATURE = torch.tensor([[1.0, 10.0, 0.3], [2.0, 5.0, 7.0]], dtype=torch.float64)


def bowl(variables):
    """Two candidates on two quadratic bowls."""
    (x,) = variables
    return (CURVATURE * (x - 1),), (CURVATURE * (x - 1) ** 2 / 2).sum(1)


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("constant", {0: 1, 0.5: 1, 0.99: 1}),
        ("multistep", {0: 1, 0.374: 1, 0.375: 0.1, 0.624: 0.1, 0.625: 0.01, 0.874: 0.01, 0.875: 0.001}),
        ("cosine", {0: 1, 0.5: 0.5, 1 / 3: 0.75, 1: 0}),
        ("ramped", {0: 0, 0.025: 0.5, 0.05: 1, 0.25: 1, 0.625: 0.5, 1: 0}),
    ],
)
def test_schedules_at_their_marks(name, points):
    for done, expected in points.items():
        assert SCHEDULES[name](done) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("signed", [False, True])
def test_it_is_torchs_adam(signed):
    start = torch.randn(2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    theirs = start.clone().requires_grad_()
    optimiser = torch.optim.Adam([theirs], lr=0.1)
    for _ in range(20):
        ((gradient,), _) = bowl((theirs.detach(),))
        theirs.grad = gradient.sign() if signed else gradient
        optimiser.step()
    (ours,), cost, _ = adam(bowl, (start,), 0.1, 20, "constant", "x", signed=signed)
    assert torch.allclose(ours, theirs.detach(), rtol=1e-5, atol=1e-6)  # eps stands at another place
    assert torch.allclose(cost, bowl((ours,))[1])


def test_the_schedule_scales_the_step():
    start = torch.zeros(2, 3, dtype=torch.float64)
    (theirs,), optimiser = (start.clone(),), None
    optimiser = torch.optim.Adam([theirs], lr=0.1)
    for number in range(16):
        optimiser.param_groups[0]["lr"] = 0.1 * SCHEDULES["multistep"](number / 16)
        theirs.grad = bowl((theirs,))[0][0]
        optimiser.step()
    (ours,), _, _ = adam(bowl, (start,), 0.1, 16, "multistep", "x")
    assert torch.allclose(ours, theirs, atol=1e-6)


def test_the_start_stays_and_the_curve_begins_there():
    start = torch.zeros(2, 3, dtype=torch.float64)
    _, cost, curve = adam(bowl, (start,), 0.1, 250, "constant", "x")
    assert start.abs().max() == 0
    assert torch.equal(curve[0], bowl((start,))[1]) and torch.equal(curve[-1], cost)
    assert curve.shape == (126, 2) and (cost < 1e-3 * curve[0]).all()


def test_candidates_are_independent_even_of_one_that_is_broken():
    def broken(variables):
        (gradient,), cost = bowl(variables)
        gradient[1], cost[1] = torch.nan, torch.nan
        return (gradient,), cost

    start = torch.zeros(2, 3, dtype=torch.float64)
    (alone,), _, _ = adam(bowl, (start,), 0.1, 10, "cosine", "x")
    (beside,), cost, _ = adam(broken, (start,), 0.1, 10, "cosine", "x")
    assert torch.equal(alone[0], beside[0]) and beside[1].isnan().all() and cost.isnan().tolist() == [False, True]


def test_the_projection_acts_after_every_step():
    seen = []

    def step(variables):
        seen.append(variables[0].clone())
        return bowl(variables)

    start = torch.zeros(2, 3, dtype=torch.float64)
    (found,), _, _ = adam(step, (start,), 0.5, 9, "constant", "x", project=lambda v: (v[0].clamp(0, 0.6),))
    assert max(x.max() for x in seen) == found.max() == 0.6


def test_a_matching_step_gives_each_candidates_own_gradient(easy):
    view, faces = easy
    step = matching_step(view, squared_error, lambda x: 2 * x, lambda x: x.sum(), 2)
    x = torch.randn(4, 1, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    (found,), cost = step((x,))
    for place in range(4):
        one, target = x[place].clone().requires_grad_(), place // 2
        observed = [tensor[target] for tensor in view.observed]
        matching = squared_error(list(view.gradient(2 * one, view.labels[target]).values()), observed)
        (expected,) = torch.autograd.grad(matching + 2 * one.sum(), one)
        assert torch.allclose(found[place], expected, rtol=1e-4, atol=1e-5)
        assert torch.isclose(cost[place], matching.detach())  # without the penalty
    truth = ((faces - view.mean) / view.std / 2).repeat_interleave(2, 0)
    assert step((truth,))[1].max() < 1e-9


def test_compiling_is_left_out_when_told_or_without_a_compiler(monkeypatch, capsys):
    assert compiled(bowl, "never") is bowl
    monkeypatch.setattr(descent.shutil, "which", lambda name: None)
    assert compiled(bowl, "auto") is bowl
    assert "no C++ compiler" in capsys.readouterr().err


def test_a_compiler_that_does_not_work_is_named_and_done_without(capsys):
    import torch._dynamo
    import torch._inductor.exc

    class Broken(torch._inductor.exc.InductorError):
        def __init__(self):
            Exception.__init__(self, "InvalidCxxCompiler: no Python.h\nand more")

    asked = []

    def fast(value):
        asked.append(value)
        raise Broken

    call = descent._or_eager(fast, lambda value: value + 1)
    assert [call(1), call(2)] == [2, 3]
    assert asked == [1]
    assert capsys.readouterr().err.count("it does not compile here (InvalidCxxCompiler: no Python.h)") == 1


def test_a_graph_that_writes_to_the_same_memory_disturbs_nobody(monkeypatch):
    begun, out = [], []

    def graph(*arguments):
        (gradient,), cost = bowl(*arguments)
        if not out:
            out.extend([torch.empty_like(gradient), torch.empty_like(cost)])
        return (out[0].copy_(gradient),), out[1].copy_(cost)

    monkeypatch.setattr(torch, "compile", lambda function, dynamic, mode: graph if mode == "reduce-overhead" else None)
    monkeypatch.setattr(torch.compiler, "cudagraph_mark_step_begin", lambda: begun.append(1))
    step = compiled(bowl, "graphs")
    (first,), cost = step((torch.zeros(2, 3, dtype=torch.float64),))
    kept = first.clone(), cost.clone()
    step((torch.ones(2, 3, dtype=torch.float64),))
    assert torch.equal(first, kept[0]) and torch.equal(cost, kept[1]) and len(begun) == 2
