"""Levenberg-Marquardt: exact where the gradient determines the image."""

from dataclasses import replace

import pytest
import torch

from flatgia.attacks.methods.lm import LM, normal_equations, residual_of
from flatgia.federated.methods.fedsam import FedSAM

ATTACK = LM(steps=25, restarts=1, start=0.1, damping=0.01, tolerance=1e-13, columns=50)


def psnr(view, attempt, truth):
    images = attempt.inputs * view.std + view.mean
    return -10 * (images - truth).square().flatten(1).mean(1).log10()


def test_a_plain_gradient_gives_the_image_away(easy):
    view, truth = easy
    attempt = ATTACK.run(view)
    assert (psnr(view, attempt, truth) > 80).all()
    assert attempt.curve.shape == (26, 2)
    assert (attempt.curve[1:] <= attempt.curve[:-1]).all()


def test_a_sam_gradient_gives_it_away_to_who_models_it(faces, flat, view_of):
    labels, found = torch.tensor([[3], [7]]), {}
    for name, believed in (("adaptive", FedSAM(0.2)), ("naive", None)):
        view = view_of(flat(8), faces, labels, FedSAM(0.2), believed)
        found[name] = psnr(view, ATTACK.run(view), faces)
    assert found["adaptive"].min() > 80 > 60 > found["naive"].max()


def test_a_warm_start_is_the_answer_of_l_bfgs(easy):
    view, _ = easy
    warm = replace(ATTACK, steps=1, warm_tv=(0.001,), warm_steps=(60,), warm_objective="squared")
    cost = warm.run(view).curve[0]
    assert (cost < 0.1 * ATTACK.run(view).curve[0]).all()
    assert torch.equal(cost, replace(warm, steps=2).run(view).curve[0])


def test_normal_equations_are_those_of_the_jacobian(easy):
    view, truth = easy
    residual = residual_of(view, view.labels[0], [tensor[0] for tensor in view.observed])
    x = view.to_inputs(truth[0]) + 0.1
    jacobian = torch.func.jacrev(residual)(x).flatten(1).double()
    normal, slope = normal_equations(residual, x, residual(x), 50)
    torch.testing.assert_close(normal, jacobian.T @ jacobian, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(slope, jacobian.T @ residual(x).double(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("columns", [1, 192])
def test_the_number_of_columns_changes_nothing(easy, columns):
    view, truth = easy
    residual = residual_of(view, view.labels[0], [tensor[0] for tensor in view.observed])
    x = view.to_inputs(truth[0]) + 0.1
    one, other = (normal_equations(residual, x, residual(x), count)[0] for count in (columns, 64))
    torch.testing.assert_close(one, other)
