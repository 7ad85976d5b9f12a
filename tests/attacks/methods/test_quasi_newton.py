"""The attack on a LeNet's gradient: strong where the model is right."""

import pytest
import torch
from torch import nn

from flatgia.attacks.methods.quasi_newton import QuasiNewton
from flatgia.attacks.select import best_restart


def psnr(found, truth):
    return -10 * (found - truth).square().flatten(1).mean(1).log10()


@pytest.fixture(scope="module")
def smooth():
    """Two smooth 32 x 32 images, as photographs are rather than noise."""
    coarse = torch.rand(2, 3, 6, 6, generator=torch.Generator().manual_seed(2))
    return nn.functional.interpolate(coarse, size=(32, 32), mode="bicubic", align_corners=True).clamp(0, 1)[:, None]


@pytest.mark.parametrize("objective", ["squared", "cosine"])
def test_a_lenet_gives_its_image_away(view_of, lenet_case, smooth, objective):
    network, params, _, labels = lenet_case
    view = view_of(network, smooth, labels, params=params)
    attack = QuasiNewton(objective, (1e-2, 1e-3, 1e-4), (60, 60, 80), 1, 0.1)
    found = best_restart(view, attack.run(view))
    assert psnr(found.images, smooth).min() > 22


def test_restarts_differ_and_share_a_level(easy):
    view, faces = easy
    found = QuasiNewton("squared", (1e-3, 1e-6), (20, 60), 2, 0.5).run(view)
    assert found.inputs.shape == (4, 1, 3, 8, 8) and not torch.equal(found.inputs[0], found.inputs[1])
    assert psnr(best_restart(view, found).images, faces).min() > 30


def test_without_a_prior_it_is_plain_gradient_matching(easy):
    view, faces = easy
    found = QuasiNewton("squared", (0.0,), (80,), 1, 0.1).run(view)
    assert psnr(best_restart(view, found).images, faces).min() > 40
