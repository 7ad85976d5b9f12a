"""Cost and gradient at once, against the objectives written in PyTorch, in float64."""

import pytest
import torch
from torch.func import grad_and_value, vmap

from flatgia.attacks.victim import Victim
from flatgia.gradients.backend import Backend
from flatgia.gradients.native.matching import NUMBERS, matching
from flatgia.gradients.objectives import total_variation
from flatgia.networks.network import initial_params


def case(network, count, dtype=torch.float64):
    draw = torch.Generator().manual_seed(count)
    params = {name: value.to(dtype) for name, value in initial_params(network, "dlg", 0).items()}
    inputs = torch.randn(count, 1, 3, 32, 32, generator=draw).to(dtype)
    labels = torch.randint(0, 10, (count, 1), generator=draw)
    modelled = Victim(Backend(network), params, None, None).gradient()
    near = inputs + 0.1 * torch.randn(inputs.shape, generator=draw).to(dtype)
    observed = vmap(lambda x, y: tuple(modelled(x, y).values()))(near, labels)
    return params, inputs, labels, observed, modelled


@pytest.mark.parametrize("count", [1, 7, 10, 19])  # half vectors alone, whole, whole and then half
@pytest.mark.parametrize("objective", NUMBERS)
def test_every_objective_and_its_gradient(network, objective, count):
    params, inputs, labels, observed, modelled = case(network, count)
    fused = matching(params, objective)

    def plain(inputs, labels, observed):
        return objective(list(modelled(inputs, labels).values()), observed)

    def both(cost):
        def loss(inputs, labels, observed):
            return 3 * cost(inputs, labels, observed) + total_variation(inputs)

        return vmap(grad_and_value(loss))(inputs, labels, observed)

    for ours, theirs in zip(both(fused), both(plain), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-8, atol=1e-13 * theirs.abs().max().item())


@pytest.mark.parametrize("objective", NUMBERS)
def test_at_the_observed_gradient_the_cost_is_nothing_and_its_gradient_too(network, objective):
    params, inputs, labels, _, modelled = case(network, 3)
    observed = vmap(lambda x, y: tuple(modelled(x, y).values()))(inputs, labels)
    gradient, cost = vmap(grad_and_value(matching(params, objective)))(inputs, labels, observed)
    assert cost.abs().max() < 1e-20
    assert gradient.abs().max() < 1e-10


@pytest.mark.parametrize("objective", NUMBERS)
def test_an_observed_gradient_of_zeros_gives_numbers(network, objective):
    params, inputs, labels, observed, modelled = case(network, 2)
    nothing = tuple(torch.zeros_like(tensor) for tensor in observed)
    gradient, cost = vmap(grad_and_value(matching(params, objective)))(inputs, labels, nothing)
    plain = torch.stack(
        [objective(list(modelled(x, y).values()), [t[0] for t in nothing]) for x, y in zip(inputs, labels, strict=True)]
    )
    torch.testing.assert_close(cost, plain, rtol=1e-10, atol=1e-14)
    assert gradient.isfinite().all()


def test_an_observed_gradient_in_double_precision_serves_weights_in_single(network):
    params, inputs, labels, observed, _ = case(network, 3, torch.float32)
    cost = matching(params, next(iter(NUMBERS)))
    found = vmap(cost)(inputs, labels, tuple(tensor.double() for tensor in observed))
    torch.testing.assert_close(found, vmap(cost)(inputs, labels, observed))


def test_a_second_derivative_is_refused(network):
    params, inputs, labels, observed, _ = case(network, 1)
    image = inputs[0].requires_grad_()
    cost = matching(params, next(iter(NUMBERS)))(image, labels[0], [tensor[0] for tensor in observed])
    (once,) = torch.autograd.grad(cost, image, create_graph=True)
    with pytest.raises(RuntimeError):
        once.square().sum().backward()


def test_parameters_and_observed_gradient_in_another_order(network):
    params, inputs, labels, observed, _ = case(network, 2)
    order = sorted(params)
    turned = tuple(dict(zip(params, observed, strict=True))[name] for name in order)
    for objective in NUMBERS:
        expected = vmap(matching(params, objective))(inputs, labels, observed)
        found = vmap(matching({name: params[name] for name in order}, objective))(inputs, labels, turned)
        assert torch.equal(found, expected)


def test_an_objective_of_ones_own_takes_the_long_way(network):
    params, *_ = case(network, 1)
    assert matching(params, lambda modelled, observed: modelled[0].sum()) is None
