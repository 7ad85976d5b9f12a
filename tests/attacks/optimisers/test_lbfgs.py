"""L-BFGS on many candidates, against torch's on one."""

import pytest
import torch

from flatgia.attacks.optimisers.lbfgs import lbfgs

CURVATURE = torch.tensor([1.0, 4.0, 0.5, 2.0], dtype=torch.float64)


def quadratic(x):
    return (CURVATURE * (x - 1) ** 2).sum(-1) / 2


def rosenbrock(x):
    return (10 * (x[..., 1:] - x[..., :-1] ** 2) ** 2 + (1 - x[..., :-1]) ** 2).sum(-1)


def waves(x):
    """Its curvature changes sign."""
    return x.cos().sum(-1)


def step_of(function):
    """What the attacks give it: the gradients and the costs of all candidates."""

    def step(start):
        with torch.enable_grad():
            x = start.detach().requires_grad_()
            cost = function(x)
            (gradient,) = torch.autograd.grad(cost.sum(), x)
        return gradient, cost.detach(), cost.detach()

    return step


def torchs(function, start, rate, steps, history):
    """The point after each of `steps` iterations of torch.optim.LBFGS."""
    x, seen = start.clone().requires_grad_(), []
    optimiser = torch.optim.LBFGS([x], rate, steps, 10**9, 0.0, 0.0, history)

    def closure():
        optimiser.zero_grad()
        cost = function(x)
        cost.backward()
        seen.append(x.detach().clone())
        return cost

    optimiser.step(closure)
    return [*seen[1:], x.detach()]


@pytest.mark.parametrize(("function", "rate"), [(quadratic, 1.0), (quadratic, 0.3), (rosenbrock, 0.1)])
@pytest.mark.parametrize("history", [100, 3])
def test_every_iterate_is_torchs(function, rate, history):
    start = torch.tensor([0.3, -0.5, 0.8, 0.1], dtype=torch.float64)
    seen = []

    def step(x):
        seen.append(x[0].clone())
        return step_of(function)(x)

    lbfgs(step, start[None], rate, 12, history, "x", retries=0)
    theirs = torchs(function, start, rate, 12, history)
    assert torch.equal(seen[0], start) and len(seen) == 13
    for ours, other in zip(seen[1:], theirs, strict=True):
        assert torch.allclose(ours, other, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("start", [[0.3, -0.5, 0.8, 0.1], [0.01, -0.02, 0.01, 0.0]])
@pytest.mark.parametrize("rate", [0.5, 1.0])
def test_negative_curvature_and_small_gradients_are_treated_as_torch_does(start, rate):
    start = torch.tensor(start, dtype=torch.float64)
    seen = []

    def step(x):
        seen.append(x[0].clone())
        return step_of(waves)(x)

    lbfgs(step, start[None], rate, 12, 100, "x", retries=0)
    for ours, other in zip(seen[1:], torchs(waves, start, rate, 12, 100), strict=True):
        assert torch.allclose(ours, other, rtol=1e-9, atol=1e-11)


def test_torch_called_again_and_again_is_one_long_run():
    # The original calls 20 inner steps 300 times; the state lives on between the calls.
    start = torch.tensor([0.3, -0.5, 0.8, 0.1], dtype=torch.float64)
    x = start.clone().requires_grad_()
    optimiser = torch.optim.LBFGS([x], 0.1, 4, 10**9, 0.0, 0.0, 100)

    def closure():
        optimiser.zero_grad()
        cost = rosenbrock(x)
        cost.backward()
        return cost

    for _ in range(5):
        optimiser.step(closure)
    found, cost, curve = lbfgs(step_of(rosenbrock), start[None], 0.1, 20, 100, "x")
    assert torch.allclose(found[0], x.detach(), rtol=1e-8)
    assert torch.isclose(cost[0], rosenbrock(found[0])) and torch.equal(curve[-1], cost)


def test_candidates_are_independent():
    start = torch.randn(5, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) / 3
    together, cost, _ = lbfgs(step_of(rosenbrock), start, 0.1, 15, 100, "x", retries=0)
    for place in range(5):
        alone, single, _ = lbfgs(step_of(rosenbrock), start[place : place + 1], 0.1, 15, 100, "x", retries=0)
        assert torch.allclose(together[place], alone[0], rtol=1e-9) and torch.isclose(cost[place], single[0])


def cliff(x):
    """A bowl for all; but candidates that leave |x| < 2 fall to NaN."""
    return torch.where(x.abs().amax(-1) < 2, quadratic(x), torch.nan)


def test_a_neighbour_that_diverges_disturbs_nobody_and_is_retried_smaller():
    # The first step is rate / |g|_1 along -g: at 14 that of the second leaves the ground, at 1.4 it does not.
    start = torch.tensor([[31.0, 1.0, 1.0, 1.0], [-1.0, 1.5, -1.0, 0.0]], dtype=torch.float64)

    def function(x):
        return torch.stack([quadratic(x[0]), cliff(x[1])])

    found, cost, curve = lbfgs(step_of(function), start, 14.0, 1, 10, "x", retries=0)
    alone, _, _ = lbfgs(step_of(quadratic), start[:1], 14.0, 1, 10, "x", retries=0)
    assert torch.equal(found[0], alone[0])
    assert torch.equal(found[1], start[1]) and cost[1] == curve[0, 1]  # the best point seen, its start
    again, cost, curve = lbfgs(step_of(function), start, 14.0, 1, 10, "x")
    assert torch.equal(again[0], alone[0])
    assert cost[1] < curve[0, 1] and again[1].isfinite().all()
    assert torch.isclose(cost[1], quadratic(again[1]))


def test_the_best_point_of_a_run_is_given_with_its_cost():
    start = torch.tensor([[3.0, 3.0, 3.0, 3.0]], dtype=torch.float64)
    found, cost, curve = lbfgs(step_of(rosenbrock), start, 1.0, 30, 100, "x", retries=0)
    assert torch.isclose(cost, rosenbrock(found)).all()
    assert (curve.diff(dim=0) <= 0).all()


def test_a_candidate_without_hope_keeps_its_start():
    def hopeless(x):
        cost = torch.full((len(x),), torch.nan)
        return torch.full_like(x, torch.nan), cost, cost

    found, cost, _ = lbfgs(hopeless, torch.zeros(2, 4), 1.0, 5, 10, "x")
    assert cost.isnan().all() and found.shape == (2, 4)


def test_a_run_that_first_falls_and_then_diverges_is_retried():
    start = torch.tensor([[1.5, 1.5, 1.5, 1.5]], dtype=torch.float64)

    def function(x):
        return torch.stack([cliff(candidate) for candidate in x])

    def edge(x):  # every second look from the third on is far above the start
        calls.append(1)
        return function(x) + (1e6 if 3 <= len(calls) <= 6 else 0.0)

    calls = []
    _, first_cost, _ = lbfgs(step_of(edge), start, 0.1, 5, 10, "x", retries=0)
    calls = []
    _, cost, _ = lbfgs(step_of(edge), start, 0.1, 5, 10, "x", retries=1)
    assert len(calls) > 6 and cost <= first_cost
