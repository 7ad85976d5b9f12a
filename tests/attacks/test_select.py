"""From all candidates to one answer."""

import pytest
import torch

from flatgia.attacks.select import best_restart, keep_best
from flatgia.attacks.view import Attempt
from flatgia.core.errors import FlatgiaError

NAN = float("nan")


def attempt(costs, broken=()):
    """Candidates whose images tell their number: candidate i is all i / 10 in [0, 1]."""
    number = torch.arange(len(costs)).view(-1, 1, 1, 1, 1)
    images = (number / 10).expand(-1, 1, 3, 8, 8)
    inputs = (images - 0.5) / 0.25
    for place in broken:
        inputs[place, 0, 0, 0, 0] = NAN
    curve = torch.stack([10.0 + number.flatten(), torch.tensor(costs)])
    return Attempt(inputs, torch.tensor(costs), curve)


def test_the_least_cost_comes_with_its_own_image(easy):
    found = best_restart(easy[0], attempt([3.0, 1.0, 2.0, 0.5, 0.7, 0.6]))
    assert found.chosen.tolist() == [1, 0]
    assert torch.allclose(found.images[:, 0, 0, 0, 0], torch.tensor([0.1, 0.3]), atol=1e-6)
    assert found.images.shape == (2, 1, 3, 8, 8)
    assert found.cost.tolist() == [pytest.approx([3.0, 1.0, 2.0]), pytest.approx([0.5, 0.7, 0.6])]
    assert found.curve.tolist() == [[11, 13], [1, 0.5]]


def test_what_diverged_is_not_chosen(easy):
    found = best_restart(easy[0], attempt([NAN, 1.0, float("-inf"), 0.5, 0.7, 0.6], broken=[3]))
    assert found.chosen.tolist() == [1, 2] and found.images.isfinite().all()


def test_if_all_diverged_it_is_told(easy):
    with pytest.raises(FlatgiaError, match="every restart diverged to NaN on target 1; lower its learning rate"):
        best_restart(easy[0], attempt([1.0, 2.0, NAN, float("inf")]))


def test_images_are_clamped(easy):
    tried = attempt([1.0, 1.0])._replace(inputs=torch.tensor([-9.0, 9.0]).view(2, 1, 1, 1, 1).expand(2, 1, 3, 8, 8))
    assert best_restart(easy[0], tried).images.flatten(1)[:, 0].tolist() == [0.0, 1.0]


def test_keeping_the_best_leaves_one_candidate_a_target(easy):
    kept = keep_best(easy[0], attempt([3.0, 1.0, 2.0, 0.5, 0.7, 0.6]))
    assert kept.cost.tolist() == [1, 0.5] and kept.curve.tolist() == [[11, 13], [1, 0.5]]
    assert torch.allclose(kept.inputs[:, 0, 0, 0, 0] * 0.25 + 0.5, torch.tensor([0.1, 0.3]), atol=1e-6)
