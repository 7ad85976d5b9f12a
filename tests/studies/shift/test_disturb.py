"""What a client adds, and what is put beside it."""

import pytest
import torch
from torch import nn

from flatgia.attacks.victim import Victim
from flatgia.federated.methods.fedasam import FedASAM
from flatgia.federated.methods.fedgf import FedGF
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.backend import Backend
from flatgia.gradients.jacobian import flat
from flatgia.networks.network import initial_params
from flatgia.studies.information.spectra import in_double
from flatgia.studies.shift.disturb import disturb


def client(method):
    network = nn.Sequential(nn.Flatten(), nn.Linear(12, 9), nn.Sigmoid(), nn.Linear(9, 4)).requires_grad_(False)
    params, sent = (initial_params(network, "dlg", seed) for seed in (0, 1))
    return in_double(Victim(Backend(network), params, method, sent))


IMAGE = torch.randn(1, 3, 2, 2, generator=torch.Generator().manual_seed(0)).double()
LABEL = torch.tensor([2])


@pytest.mark.parametrize("method", [FedSAM(0.2), FedASAM(0.3, 0.9), FedGF(0.2, 0.2, 0.1)])
def test_all_three_are_of_one_size(method):
    victim = client(method)
    found = disturb(victim, IMAGE, LABEL, 0, 0)
    torch.testing.assert_close(found.others["sent"], flat(victim.gradient()(IMAGE, LABEL).values()))
    added = {kind: other - found.plain for kind, other in found.others.items()}
    torch.testing.assert_close(added["noise"].norm(), added["sent"].norm())
    assert added["random"].norm() > 0
    if isinstance(method, FedSAM):
        assert found.perturbation == pytest.approx(0.2)


def test_the_draws_are_those_of_their_seed_and_image():
    victim = client(FedSAM(0.2))
    one, again, other = (disturb(victim, IMAGE, LABEL, 0, image).others for image in (0, 0, 1))
    for kind in ("random", "noise"):
        assert torch.equal(one[kind], again[kind]) and not torch.equal(one[kind], other[kind])
    assert torch.equal(one["sent"], other["sent"])
