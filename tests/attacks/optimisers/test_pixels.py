"""The attacks that search pixels, on victims where the image is quickly found."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from flatgia.attacks.methods.gi import GI
from flatgia.attacks.methods.idlg import IDLG
from flatgia.attacks.methods.ig import IG
from flatgia.attacks.select import best_restart
from flatgia.core.errors import FlatgiaError

FAST = {"learning_rate": 0.1, "restarts": 2, "start": 0.5}
CASES = {
    "idlg": (IDLG("lbfgs", 1.0, 4, 2, 0.5), 40),
    "idlg_adam": (IDLG("adam", steps=250, **FAST), 35),
    "gi": (GI(schedule="multistep", steps=250, tv=1e-6, l2=1e-8, **FAST), 35),
    "ig": (IG(schedule="multistep", signed=False, steps=250, tv=1e-5, **FAST), 25),
    "ig_signed": (IG(schedule="cosine", signed=True, steps=250, tv=1e-5, **FAST), 25),
}


def psnr(found, truth):
    return -10 * (found - truth).square().flatten(1).mean(1).log10()


@pytest.mark.parametrize("name", CASES)
def test_the_image_behind_a_linear_layer_is_found(easy, name):
    (view, faces), (attack, least) = easy, CASES[name]
    attempt = attack.run(view)
    assert attempt.inputs.shape == (4, 1, 3, 8, 8) and attempt.cost.shape == (4,)
    assert (attempt.cost < 0.01 * attempt.curve[0]).all()
    assert psnr(best_restart(view, attempt).images, faces).min() > least


class Small(nn.Module):
    """A sigmoid convolution and a head, as a LeNet in small."""

    def __init__(self):
        super().__init__()
        self.conv, self.head = nn.Conv2d(3, 8, 3, padding=1), nn.Linear(512, 10)

    def forward(self, x):
        return self.head(self.conv(x).sigmoid().flatten(1))


def test_two_images_behind_one_gradient_are_found(view_of, faces):
    view = view_of(Small(), faces.transpose(0, 1), torch.tensor([[3, 7]]))
    found = best_restart(view, IG(0.1, "multistep", False, 200, 2, 0.5, 0.0).run(view))
    # Their order is not known.
    scores = [psnr(found.images[0][order], faces[:, 0]).min() for order in ([0, 1], [1, 0])]
    assert found.images.shape == (1, 2, 3, 8, 8) and max(scores) > 20


@pytest.mark.parametrize("name", ["idlg_adam", "gi", "ig"])
def test_steps_stay_in_the_box(easy, name):
    attempt = replace(CASES[name][0], steps=20, start=5.0).run(easy[0])
    assert attempt.inputs.abs().max() <= 2


def test_restarts_differ_and_targets_do_not_disturb_each_other(easy, view_of, flat):
    view, faces = easy
    attack = IG(0.1, "multistep", False, 20, 2, 0.5, 1e-4)
    both = attack.run(view)
    assert not torch.equal(both.inputs[0], both.inputs[1])
    alone = attack.run(view_of(flat(8), faces[:1], torch.tensor([[3]])))
    assert torch.allclose(both.inputs[:2], alone.inputs, atol=1e-5)


def test_an_attack_that_diverges_is_told(easy):
    attack = IDLG("lbfgs", 1.0, 1, 1, float("inf"))
    with pytest.raises(FlatgiaError, match="every restart diverged to NaN on target 0"):
        best_restart(easy[0], attack.run(easy[0]))
