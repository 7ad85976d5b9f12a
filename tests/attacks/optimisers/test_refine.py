"""Ever weaker priors, and the choice among their answers."""

import dataclasses

import pytest
import torch

from flatgia.attacks.optimisers.refine import chosen_level, refine
from flatgia.attacks.view import Attempt
from flatgia.gradients.objectives import OBJECTIVES, cosine_distance, outside

INF = torch.inf


@pytest.mark.parametrize(
    ("costs", "level"),
    [
        ([8.0, 4.0, 1.0], 2),  # falls all the way: the weakest prior
        ([8.0, 1.9, 1.0], 1),  # it stays: the strongest that is near
        ([1.9, 1.5, 1.0], 0),
        ([INF, 2.1, 1.0], 2),  # a start is no answer
        ([3.0, 1.0, torch.nan], 1),  # nor is what diverged
    ],
)
def test_the_strongest_prior_whose_cost_is_near_the_least(costs, level):
    assert chosen_level(torch.tensor(costs)[:, None], 1).tolist() == [level]


def test_a_target_has_one_level_by_its_best_restart():
    # Two targets, two restarts each: the first target's second restart is its best.
    costs = torch.tensor([[9.0, 1.5, 4.0, 4.0], [8.0, 1.0, 1.0, 3.0]])
    assert chosen_level(costs, 2).tolist() == [0, 0, 1, 1]


def from_grey(view):
    inputs = 0.1 * view.noise(1, view.shape)
    never = torch.full((len(inputs),), INF)
    return Attempt(inputs, never, never.new_zeros(0, len(inputs)))


def test_with_the_right_model_the_weakest_prior_answers_and_nearly_exactly(easy):
    view, faces = easy
    found = refine(view, cosine_distance, from_grey(view), 1, [1e-2, 1e-4, 1e-7], [60, 60, 60])
    images = found.inputs * view.std + view.mean
    # The cosine leaves a linear layer's image free by no more than the bias pins down.
    assert (found.cost < 1e-6).all() and (images - faces).square().mean() < 1e-3
    assert found.curve.shape[1] == 2 and torch.equal(found.curve[-1], found.cost)


def test_what_lies_outside_the_range():
    inputs, low, high = torch.tensor([-3.0, 0.5, 2.0, 1.0], requires_grad=True), torch.tensor(-1.0), torch.tensor(1.0)
    cost = outside(inputs, low, high)
    cost.backward()
    assert cost.item() == (4 + 1) / 4 and inputs.grad.tolist() == [-1.0, 0.0, 0.5, 0.0]


def test_a_box_keeps_the_answer_in_the_range_of_images(easy):
    view, _ = easy
    view = dataclasses.replace(view, observed=tuple(2 * tensor for tensor in view.observed))  # of twice the contrast
    far, near = (
        outside(refine(view, OBJECTIVES["squared"], from_grey(view), 1, [1e-6], [60], box).inputs, *view.box())
        for box in (0.0, 10.0)
    )
    assert near < 0.1 * far


def test_with_a_wrong_model_a_stronger_prior_answers(easy):
    view, _ = easy
    noise = [torch.randn(tensor.shape, generator=torch.Generator().manual_seed(1)) for tensor in view.observed]
    wrong = tuple(t + 0.5 * t.norm() * n / n.norm() for t, n in zip(view.observed, noise, strict=True))
    view = dataclasses.replace(view, observed=wrong)
    levels = [1e-2, 1e-4, 1e-7]
    found = refine(view, cosine_distance, from_grey(view), 1, levels, [60, 60, 60])
    last = found.curve[-1]
    assert (found.cost > last).all() and (found.cost <= 2 * last).all()


def test_the_answer_has_the_cost_that_is_told(easy):
    view, _ = easy
    found = refine(view, cosine_distance, from_grey(view), 1, [1e-2, 1e-3], [10, 10])
    for target in range(2):
        modelled = list(view.gradient(found.inputs[target], view.labels[target]).values())
        expected = cosine_distance(modelled, [tensor[target] for tensor in view.observed])
        assert found.cost[target].item() == pytest.approx(expected.item(), rel=1e-3)


def test_nothing_to_refine_with_is_the_first_answer(easy):
    view, _ = easy
    inputs = view.noise(1, view.shape)
    first = Attempt(inputs, torch.ones(2), torch.ones(3, 2))
    found = refine(view, cosine_distance, first, 1, [], [])
    assert all(torch.equal(a, b) for a, b in zip(found, first, strict=True))
