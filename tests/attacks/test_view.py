"""What an attacker sees, and what it does not."""

import dataclasses

import pytest
import torch

from flatgia.attacks.methods.ig import IG
from flatgia.attacks.victim import Victim
from flatgia.attacks.view import View
from flatgia.gradients.backend import Backend
from flatgia.networks.network import initial_params


def test_the_view_has_no_field_for_the_truth(easy):
    view, faces = easy
    names = {field.name for field in dataclasses.fields(View)}
    assert names == {"gradient", "observed", "labels", "shape", "mean", "std", "generator", "seed", "compile", "label", "fused",
                     "at_once", "direction", "checkpoints", "places", "names", "first", "norms", "statistics"}  # fmt: skip
    held = [value for field in names if isinstance(value := getattr(view, field), torch.Tensor)] + [*view.observed]
    assert not any(tensor.shape[-3:] == faces.shape[-3:] for tensor in held)
    with pytest.raises(dataclasses.FrozenInstanceError):
        view.truth = faces


def test_the_same_gradient_gives_the_same_answer(easy, flat):
    view, _ = easy
    attack = IG(0.1, "multistep", False, 5, 2, 1.0, 1e-4)
    # A view that is made from the observed gradients alone, without ever touching the images.
    network = flat(8).eval().requires_grad_(False)
    gradient = Victim(Backend(network), initial_params(network, "pytorch", 0), None, None).gradient()
    copied = dataclasses.replace(view, gradient=gradient, observed=tuple(t.clone() for t in view.observed))
    one, other = attack.run(view), attack.run(copied)
    assert torch.equal(one.inputs, other.inputs) and torch.equal(one.cost, other.cost)


def test_draws_depend_on_target_and_restart_only(easy, relabelled):
    view, _ = easy
    few, many = view.noise(2, (3, 4)), view.noise(5, (3, 4))
    assert few.shape == (4, 3, 4)
    assert torch.equal(few, many[[0, 1, 5, 6]])
    assert len({tuple(row.flatten().tolist()) for row in many}) == 10
    assert not torch.equal(few, view.noise(2, (3, 4), "other"))
    assert not torch.equal(few, relabelled(view, "other").noise(2, (3, 4)))


def test_the_box_is_black_to_white(easy):
    view, _ = easy
    low, high = view.box()
    assert low.flatten().tolist() == [-2.0] * 3 and high.flatten().tolist() == [2.0] * 3
    assert torch.equal(view.to_inputs(torch.ones(3, 8, 8)), high.expand(3, 8, 8))


def test_targets_are_repeated_in_a_row(easy):
    labels, observed = easy[0].repeated(3)
    assert labels.flatten().tolist() == [3, 3, 3, 7, 7, 7]
    assert torch.equal(observed[0][2], easy[0].observed[0][0]) and torch.equal(observed[0][3], easy[0].observed[0][1])
