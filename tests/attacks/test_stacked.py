"""Checkpoints attacked as one batch, against the same one after the other, in float64."""

import pytest
import torch

from flatgia.attacks.methods.gias import GIAS
from flatgia.attacks.methods.gifd import GIFD
from flatgia.attacks.methods.idlg import IDLG
from flatgia.attacks.methods.ig import IG
from flatgia.attacks.methods.quasi_newton import QuasiNewton
from flatgia.attacks.select import best_restart
from flatgia.attacks.stacked import fit_together, join, split
from flatgia.attacks.victim import Victim
from flatgia.attacks.view import View
from flatgia.federated.methods.fedgf import FedGF
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.generator.store import untrained_generator
from flatgia.gradients.backend import Backend
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_params

ATTACKS = {
    "quasi-newton": QuasiNewton("squared", (0.01, 0.001), (6, 6), 2, 0.1, box=1.0),
    "ig": IG(0.1, "multistep", False, 10, 2, 1.0, 0.0001),
    "idlg": IDLG("lbfgs", 1.0, 2, 2, 1.0, inner_steps=5, history=5, retries=1),
    "gifd": GIFD(0.05, 3, 2, (1000, 2000), 0.0001, 0.000001, "units", (0.001,), (3,)),
    "gias": GIAS(0.05, 3, 0.003, 2, 2, 0.0001, "units", (0.001,), (3,)),
}
METHODS = {"plain": None, "fedsam": FedSAM(0.2), "fedgf": FedGF(0.2, 0.2, 0.5)}


@pytest.fixture(autouse=True)
def double():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.fixture
def scenes():
    """`scenes(method)`: views of the same two images at three checkpoints, and their models."""
    network = LeNet().eval().requires_grad_(False)
    images = torch.rand(2, 1, 3, 32, 32, generator=torch.Generator().manual_seed(5))
    labels, generator = torch.tensor([[3], [7]]), untrained_generator(8, [8] * 4, 1, 0)
    mean, std = torch.full((3, 1, 1), 0.5), torch.full((3, 1, 1), 0.25)

    def make(method):
        views, models = [], []
        for seed in range(3):
            params, sent = (
                {name: value.double() for name, value in initial_params(network, "dlg", seed + shift).items()}
                for shift in (0, 10)
            )
            model = Victim(Backend(network), params, method, sent if isinstance(method, FedGF) else None)
            gradient = Victim(
                Backend(network), params, FedSAM(0.1), None
            ).gradient()  # the attacker's model may be wrong
            each = [gradient(x, y).values() for x, y in zip((images - mean) / std, labels, strict=True)]
            observed = tuple(torch.stack(tensors) for tensors in zip(*each, strict=True))
            modelled = Victim(Backend(network), params, method, model.broadcast).gradient()
            views.append(
                View(modelled, observed, labels, (1, 3, 32, 32), mean, std, generator.double(), ("x",), "never", "test")
            )
            models.append(model)
        return views, models

    return make


@pytest.mark.parametrize(
    ("attack", "method"),
    [(attack, "plain") for attack in ATTACKS] + [("quasi-newton", "fedsam"), ("quasi-newton", "fedgf")],
)
def test_as_one_after_the_other(scenes, attack, method):
    views, models = scenes(METHODS[method])
    joined = join(views, models)
    assert fit_together(models)
    for view, attempt in zip(views, split(ATTACKS[attack].run(joined), len(views)), strict=True):
        found, expected = best_restart(view, attempt), best_restart(view, ATTACKS[attack].run(view))
        for one, other in zip(found, expected, strict=True):
            torch.testing.assert_close(one, other, rtol=1e-7, atol=1e-9)


def test_what_differs_in_more_than_its_weights_does_not_fit_together(scenes):
    models = scenes(METHODS["fedgf"])[1]
    assert not fit_together([models[0]._replace(broadcast=None), models[1]])


def test_each_checkpoint_starts_from_the_same_noise(scenes):
    views, models = scenes(None)
    noise = join(views, models).noise(2, (5,)).view(3, 4, 5)
    assert torch.equal(noise[0], views[0].noise(2, (5,))) and torch.equal(noise[0], noise[2])
