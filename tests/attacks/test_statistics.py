"""An attacker who knows, estimates or ignores the batch statistics of a client in train mode."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from flatgia.attacks import client
from flatgia.attacks.methods.gi import GI
from flatgia.attacks.optimisers.pixels import Group, pixel_step
from flatgia.attacks.priors import Prior, norm_distance
from flatgia.attacks.run import Case, set_scene
from flatgia.core.artifacts import Provenance, save_tensors
from flatgia.gradients.backend import Backend
from flatgia.gradients.objectives import squared_error
from flatgia.networks.checkpoint import save_checkpoint
from flatgia.networks.network import initial_state
from flatgia.settings.settings import Settings


class Normed(nn.Sequential):
    """A convolution, batch norm, a head: for 3 x 8 x 8 images."""

    def __init__(self):
        super().__init__(nn.Conv2d(3, 4, 3, 2), nn.BatchNorm2d(4), nn.Sigmoid(), nn.Flatten(), nn.Linear(36, 10))


@pytest.fixture
def scene(tiny, tmp_path, monkeypatch):
    """`scene(mode, statistics)`: what an attacker sees of three images."""
    network = Normed().eval().requires_grad_(False)
    monkeypatch.setattr(client, "backend_for", lambda *_: Backend(network))
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (3, 3, 8, 8), dtype=torch.uint8, generator=draw)
    targets = {"images": images, "labels": torch.tensor([3, 1, 7]), "indices": torch.arange(3)}
    save_tensors(tmp_path / "targets", targets, {}, Provenance("targets", {}))
    state = initial_state(network, "pytorch", 0) | {"1.running_mean": torch.full((4,), 0.5)}
    save_checkpoint(tmp_path / "model", state, None, {"method": "fedavg", "round": 1}, Provenance("train", {}))

    def make(mode, statistics):
        settings = Settings(tiny | {"model": tiny["model"] | {"mode": mode}})
        entries = {"ig": replace(settings.attacks["ig"], statistics=statistics)}
        vars(settings)["attacks"] = entries
        case = Case("ig", "fedavg", "method", "naive", 1, 0)
        return set_scene(settings, case, tmp_path / "model", tmp_path / "targets", None, "cpu")

    return make


@pytest.mark.parametrize(
    ("mode", "statistics", "exact"),
    [("train", "known", True), ("train", "estimated", True), ("train", "ignored", False), ("eval", "estimated", True),
     ("eval", "ignored", True)],
)  # fmt: skip
def test_who_models_the_mode_explains_the_truth(scene, mode, statistics, exact):
    found = scene(mode, statistics)
    modelled = list(found.view.gradient(found.inputs[0], found.targets.new_tensor([3])).values())
    cost = squared_error(modelled, [tensor[0] for tensor in found.view.observed]).item()
    assert (cost < 1e-10) == exact


def test_only_who_knows_the_statistics_has_those_of_the_batch(scene):
    known, estimated = scene("train", "known"), scene("train", "estimated")
    truth = known.view.statistics(known.inputs[1])
    assert all(torch.equal(a[1], b) for a, b in zip(known.view.norms, truth, strict=True))
    assert estimated.view.norms[0].tolist() == [[0.5] * 4] * 3
    assert norm_distance(truth, [tensor[1] for tensor in known.view.norms]) < 1e-5
    assert torch.equal(scene("eval", "known").view.norms[0], estimated.view.norms[0])


def test_the_prior_is_added_with_its_gradient(scene):
    view = scene("train", "known").view
    inputs = view.noise(2, view.shape)
    plain, priors = (pixel_step(view, squared_error, 2, Prior(bn=bn))(inputs) for bn in (0.0, 0.5))
    each = [norm_distance(view.statistics(x), [t[i // 2] for t in view.norms]) for i, x in enumerate(inputs)]
    torch.testing.assert_close(priors[1] - plain[1], 0.5 * torch.stack(each))
    torch.testing.assert_close(priors[2], plain[2])
    assert not torch.allclose(priors[0], plain[0])


def test_the_group_term_is_the_gradient_of_the_distance():
    draw = torch.Generator().manual_seed(1)
    inputs = torch.randn(6, 2, 3, 4, 4, generator=draw, dtype=torch.float64).requires_grad_()
    each = inputs.unflatten(0, (2, 3))
    apart = (each - each.detach().mean(1, keepdim=True)).flatten(3).flatten(3)
    (0.01 * apart.square().sum(3).sqrt().mean(2).sum()).backward()
    torch.testing.assert_close(Group(0.01).slope(inputs.detach(), 3), inputs.grad)


def test_the_group_draws_the_restarts_together(easy):
    view, _ = easy
    apart = []
    for weight in (0.0, 1.0):
        found = GI(0.1, "constant", 100, 4, 1.0, 0.0, 0.0, group=weight, group_from=10).run(view).inputs
        apart.append(found.unflatten(0, (2, 4)).std(1).mean())
    assert apart[1] < 0.5 * apart[0]
