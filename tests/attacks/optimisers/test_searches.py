"""L-BFGS with a line search: it descends whatever the scale, and nobody disturbs a neighbour."""

import pytest
import torch

from flatgia.attacks.optimisers.lbfgs import minimise

CURVATURE = torch.tensor([1.0, 40.0, 0.5, 2.0], dtype=torch.float64)


def quadratic(x):
    return (CURVATURE * (x - 1) ** 2).sum(-1) / 2


def rosenbrock(x):
    return (100 * (x[..., 1:] - x[..., :-1] ** 2) ** 2 + (1 - x[..., :-1]) ** 2).sum(-1)


def cliff(x):
    """A bowl; but who leaves |x| < 2 falls to NaN."""
    return torch.where(x.abs().amax(-1) < 2, quadratic(x), torch.nan)


def step_of(function, seen=None):
    """Gradients, costs, and as matching costs the same costs."""

    def step(x):
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            cost = function(x)
            (gradient,) = torch.autograd.grad(cost.sum(), x)
        if seen is not None:
            seen.append(x.detach().clone())
        return gradient, cost.detach(), cost.detach()

    return step


def starts(count, seed=0):
    return torch.randn(count, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("function", "steps"), [(quadratic, 40), (rosenbrock, 400)])
def test_the_minimum_is_found_without_a_rate_to_choose(function, steps):
    found, cost, curve = minimise(step_of(function), starts(6), steps, 20, "x")
    at_one = (found - 1).abs().amax(1) < 1e-6
    assert at_one.all() if function is quadratic else at_one.sum() >= 4  # Rosenbrock's has a second minimum
    assert torch.equal(cost, function(found)) and torch.equal(curve[-1], cost)


@pytest.mark.parametrize("function", [quadratic, rosenbrock, cliff])
def test_a_cost_never_rises(function):
    start = starts(6).clamp(-1.9, 1.9)
    _, cost, curve = minimise(step_of(function), start, 50, 10, "x")
    assert torch.equal(curve[0], function(start))
    assert (curve.diff(dim=0) <= 0).all() and cost.isfinite().all()


def test_the_scale_of_the_cost_does_not_matter():
    found, _, _ = minimise(step_of(rosenbrock), starts(4), 60, 20, "x")
    for scale in (2.0**-40, 2.0**40):  # powers of two: not even rounding differs
        scaled, _, _ = minimise(step_of(lambda x, scale=scale: scale * rosenbrock(x)), starts(4), 60, 20, "x")
        assert torch.allclose(found, scaled, rtol=1e-9, atol=1e-9)


def test_candidates_are_independent():
    together, cost, _ = minimise(step_of(rosenbrock), starts(5), 30, 10, "x")
    for place in range(5):
        alone, single, _ = minimise(step_of(rosenbrock), starts(5)[place : place + 1], 30, 10, "x")
        assert torch.allclose(together[place], alone[0], rtol=1e-9) and torch.isclose(cost[place], single[0])


def test_a_step_is_one_evaluation_and_the_first_has_l1_norm_one():
    seen = []
    minimise(step_of(quadratic, seen), starts(2), 7, 10, "x")
    assert len(seen) == 1 + 7
    assert torch.allclose((seen[1] - seen[0]).abs().sum(1), torch.ones(2, dtype=torch.float64))


def test_a_candidate_without_hope_keeps_its_start():
    def hopeless(x):
        return torch.full_like(x, torch.nan), torch.full((len(x),), torch.nan), torch.full((len(x),), torch.nan)

    found, cost, _ = minimise(hopeless, torch.zeros(2, 4), 5, 10, "x")
    assert torch.equal(found, torch.zeros(2, 4)) and cost.isnan().all()


def test_the_matching_cost_is_told_but_not_what_is_minimised():
    def step(x):
        gradient, cost, _ = step_of(quadratic)(x)
        return gradient, cost, -cost

    found, match, curve = minimise(step, starts(3), 40, 20, "x")
    assert torch.allclose(match, -quadratic(found)) and (curve.diff(dim=0) >= 0).all()
