"""The attacks that search in a generator, on images that the generator can make."""

from itertools import pairwise

import pytest
import torch

from flatgia.attacks.methods.gias import GIAS
from flatgia.attacks.methods.gifd import GIFD, _better
from flatgia.attacks.select import best_restart
from flatgia.attacks.view import Attempt
from flatgia.core.errors import FlatgiaError
from flatgia.gradients.objectives import cosine_distance

GIAS_FAST = GIAS(0.05, 60, 0.003, 30, 2, 0.0)


def gifd(steps, radii, restarts=1):
    return GIFD(0.05, steps, restarts, radii, 0.0, 0.0)


def psnr(found, truth):
    return -10 * (found - truth.clamp(0, 1)).square().flatten(1).mean(1).log10()


def test_gias_comes_near_and_the_generator_comes_nearer(in_range):
    view, images = in_range
    attempt = GIAS_FAST.run(view)
    assert attempt.inputs.shape == (2, 1, 3, 32, 32)
    latent, tuned = attempt.curve[60], attempt.curve[-1]
    assert (latent < 0.3 * attempt.curve[0]).all() and (tuned < latent).all()
    assert torch.equal(tuned, attempt.cost)
    start = view.to_inputs(torch.full_like(images, images.mean().item()))
    assert (psnr(best_restart(view, attempt).images, images) > psnr(start, images)).all()


def test_gias_leaves_the_generator_as_it_was(in_range):
    view, _ = in_range
    before = {name: value.clone() for name, value in view.generator.state_dict().items()}
    GIAS(0.05, 2, 0.1, 3, 1, 0.0).run(view)
    assert all(torch.equal(value, before[name]) for name, value in view.generator.state_dict().items())


def test_gias_takes_the_latent_of_least_cost(in_range):
    view, _ = in_range
    one, many = GIAS(0.05, 3, 1e-9, 1, 1, 0.0).run(view), GIAS(0.05, 3, 1e-9, 1, 6, 0.0).run(view)
    assert (many.curve[3] <= one.curve[3]).all()
    assert (many.curve[3] < one.curve[3]).any()


def test_gifd_never_gets_worse_by_a_stage(in_range):
    view, _ = in_range
    costs = [gifd(6, (1000, 2000, 3000, 4000)[:stages]).run(view).cost for stages in (1, 2, 3, 4)]
    for earlier, later in pairwise(costs):
        assert (later <= earlier + 1e-7).all()


def test_gifd_comes_near_and_gives_the_image_of_its_cost(in_range):
    view, _ = in_range
    whole = gifd(15, (1000, 2000, 3000, 4000)).run(view)
    assert (whole.cost < 0.5 * whole.curve[0]).all() and whole.curve.shape == (4 * 16, 2)
    for target in range(2):
        modelled = view.gradient(whole.inputs[target], view.labels[target]).values()
        cost = cosine_distance(list(modelled), [tensor[target] for tensor in view.observed])
        assert cost.item() == pytest.approx(whole.cost[target].item(), rel=1e-3)


def test_gifd_answers_with_its_best_stage_not_with_its_last(in_range):
    attempt = GIFD(0.5, 4, 6, (1000, 2000, 3000, 4000), 0.0, 0.0).run(in_range[0])
    ends = attempt.curve[4::5]  # a stage has a point for each of its 4 steps and one behind them
    assert ends.shape == (4, 12) and torch.equal(attempt.cost, ends.amin(0))
    assert (ends[-1] > attempt.cost).any()  # else this test could not fail


def test_a_later_stage_starts_where_the_earlier_ended(in_range):
    view, _ = in_range
    curve = gifd(10, (1000, 2000, 3000, 4000)).run(view).curve
    for stage in (1, 2, 3):
        assert torch.allclose(curve[11 * stage], curve[11 * stage - 1], rtol=1e-3, atol=1e-7)


def test_a_small_ball_keeps_the_search_near_its_start(in_range):
    view, _ = in_range
    near, far = (gifd(20, (radius,)).run(view).inputs for radius in (1e-4, 1000))
    start = gifd(1, (1e-9,)).run(view).inputs
    assert (near - start).abs().max() < 1e-2 < (far - start).abs().max()


def test_more_radii_than_blocks_are_not_used(in_range):
    assert gifd(1, (1, 2, 3, 4, 5)).run(in_range[0]).curve.shape[0] == 4 * 2


def test_of_two_stages_the_better_wins_with_its_image():
    def attempt(value, costs):
        return Attempt(torch.full((3, 1, 1, 1, 1), value), torch.tensor(costs), torch.zeros(1, 3))

    nan = float("nan")
    found = _better(attempt(1.0, [1.0, nan, 2.0]), attempt(2.0, [2.0, 3.0, nan]))
    assert found.cost.tolist() == [1, 3, 2] and found.inputs.flatten().tolist() == [1, 2, 1]


@pytest.mark.parametrize("attack", [GIAS_FAST, gifd(1, (1,))])
def test_without_a_generator_it_is_told(easy, attack):
    with pytest.raises(FlatgiaError, match="give --generator"):
        attack.run(easy[0])
