"""The simulated client is the client of federated training, and is differentiated rightly."""

import pytest
import torch
from torch import nn
from torch.func import vmap

from flatgia.attacks.victim import Victim
from flatgia.federated.client import train_locally
from flatgia.federated.methods.fedasam import FedASAM
from flatgia.federated.methods.fedavg import FedAvg
from flatgia.federated.methods.fedgf import FedGF
from flatgia.federated.methods.fedsam import FedSAM
from flatgia.gradients.backend import Backend
from flatgia.gradients.choice import choose_backend
from flatgia.gradients.jacobian import flat
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_params
from flatgia.settings.sections import Local
from flatgia.studies.updates.case import Case
from flatgia.studies.updates.simulate import at_once, order_of, sent, simulate

RATE, DECAY = 0.05, 0.01
METHODS = [FedAvg(), FedSAM(0.2), FedASAM(0.3, 0.9), FedGF(0.2, 0.2, 0.1)]


def client(method):
    network = nn.Sequential(nn.Flatten(), nn.Linear(12, 9), nn.Sigmoid(), nn.Linear(9, 4)).requires_grad_(False)
    params, other = ({k: v.double() for k, v in initial_params(network, "dlg", seed).items()} for seed in (0, 1))
    return Victim(Backend(network.double()), params, method, other)


def images(count, seed=0):
    draw = torch.Generator().manual_seed(seed)
    return torch.randn(count, 3, 2, 2, generator=draw).double(), torch.randint(4, (count,), generator=draw)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: type(method).__name__)
@pytest.mark.parametrize("case", [Case(5, 2, 6), Case(4, 4, 3), Case(1, 1, 2)], ids=lambda case: case.name)
def test_it_trains_as_a_client_of_the_federation(method, case):
    victim, (inputs, labels) = client(method), images(case.images)
    epochs = case.steps // case.in_an_epoch
    local = Local(epochs, case.batch, RATE, DECAY)
    start = (victim.backend, victim.state, victim.broadcast, method, inputs, labels, local)
    wanted = train_locally(*start, "updates", "client", 3)
    after, mean = simulate(victim, order_of(case, "client", 3), RATE, DECAY, inputs, labels)
    for name, value in wanted.items():
        torch.testing.assert_close(after[name], value)
        torch.testing.assert_close(mean[name], (victim.state[name] - value) / (RATE * case.steps))


def test_one_step_without_decay_is_the_gradient():
    victim, (inputs, labels) = client(None), images(3)
    found = sent(victim, at_once(3), RATE, 0.0, inputs, labels)
    torch.testing.assert_close(flat(found.values()), flat(victim.gradient()(inputs, labels).values()))


@pytest.mark.parametrize("method", METHODS[:2], ids=lambda method: type(method).__name__)
def test_its_derivative_is_that_of_finite_differences(method):
    victim, (inputs, labels) = client(method), images(3)
    order = order_of(Case(3, 2, 4), "client", 0)

    def first(x):
        return flat(simulate(victim, order, RATE, DECAY, x, labels)[1].values())

    assert torch.autograd.gradcheck(
        lambda x: first(x)[::7], inputs.requires_grad_(), eps=1e-6, atol=1e-7, fast_mode=True
    )


def test_the_kernels_of_the_lenet_simulate_the_same():
    network = LeNet(10, 3, (32, 32)).requires_grad_(False)
    params = initial_params(network, "dlg", 0)
    draw = torch.Generator().manual_seed(0)
    inputs, labels = torch.randn(2, 4, 3, 32, 32, generator=draw), torch.randint(10, (2, 4), generator=draw)
    order = order_of(Case(4, 2, 3), "client", 0)
    found = []
    for compile in ("auto", "never"):
        victim = Victim(choose_backend(network, compile), params, FedSAM(0.2), None)

        def cost(x, y, victim=victim):
            return flat(simulate(victim, order, RATE, DECAY, x, y)[1].values()).square().sum()

        found.append(vmap(torch.func.grad_and_value(cost))(inputs, labels))
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-5)


def test_every_image_stands_in_an_epoch_once_and_epochs_differ():
    case = Case(6, 2, 6)
    order = order_of(case, "client", 0)
    halves = torch.cat(order[:3]).tolist(), torch.cat(order[3:]).tolist()
    assert all(sorted(half) == list(range(6)) for half in halves) and halves[0] != halves[1]
    assert [batch.tolist() for batch in order] != [batch.tolist() for batch in order_of(case, "guess", 0)]
