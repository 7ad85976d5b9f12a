"""Who models a client rightly explains its update, and each image is scored once an attacker."""

from collections import Counter

import pytest
import torch

from flatgia.attacks.victim import Victim
from flatgia.federated.methods.fedavg import FedAvg
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.choice import choose_backend
from flatgia.metrics.registry import metrics_named
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_params
from flatgia.settings.config import PAPER, load, overlay
from flatgia.settings.settings import Settings
from flatgia.studies.updates.case import Case
from flatgia.studies.updates.held import Held
from flatgia.studies.updates.measure import clients_of, measure

CASE = Case(2, 1, 2)


@pytest.fixture(scope="module")
def settings():
    short = {"attacks": {"ig_updates": {"tv": [0.01], "steps": [3]}}, "compute": {"compile": "never"}}
    return Settings(overlay(load(PAPER), short))


def rows(settings, method):
    network = LeNet(10, 3, (32, 32)).requires_grad_(False)
    victim = Victim(choose_backend(network, "never"), initial_params(network, "dlg", 0), method, None)
    images = torch.randint(256, (4, 3, 32, 32), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    mean, std = torch.full((3, 1, 1), 0.5), torch.full((3, 1, 1), 0.25)
    scaled = images.double() / 255
    inputs = ((scaled - 0.5) / 0.25).float()
    held = Held(victim, images, inputs, torch.tensor([0, 1, 2, 3]), scaled.flip(3), (mean, std), {})
    return list(measure(settings, "ig_updates", held, CASE, metrics_named(["psnr"], None), "test", 0))


def test_only_the_right_model_explains_the_update(settings):
    for method, right in ((FedAvg(), "plain"), (FedSAM(0.2), "knowing")):
        found = rows(settings, method)
        truth = {(who, image): value for who, image, name, value in found if name == "distance_truth"}
        attackers = ["gradient", "plain", *(["knowing"] if right == "knowing" else []), "shuffled"]
        assert list(truth) == [(who, first) for who in attackers for first in (0, 2)]
        for (who, _), value in truth.items():
            assert value < 1e-8 if who == right else value > 1e-6
        scored = Counter((who, image) for who, image, name, _ in found if name == "psnr")
        assert scored == Counter((who, image) for who in ("blind", *attackers) for image in range(4))
        assert found == rows(settings, method)


def test_clients_share_the_images():
    assert [clients_of(Case(n, 1, n), 16) for n in (1, 4, 16, 64)] == [16, 4, 1, 1]
