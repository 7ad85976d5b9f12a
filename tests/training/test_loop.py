"""The loop: as PyTorch's SGD, resumable, and batch-norm statistics move once a step."""

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from flatgia.gradients.backend import Backend
from flatgia.networks.network import initial_state, split_state
from flatgia.training.loop import Schedule, beginning, train_epochs
from flatgia.training.loss import BatchLoss
from flatgia.training.sam import SAM
from flatgia.training.sgd import SGD
from flatgia.training.vector import Vectors
from flatgia.training.xsam import XSAM

SCHEDULE = Schedule(3, 8, 0.1, 0.9, 0.01)
XSIGNFREE = XSAM(0.05, 0.2, "signfree", "power", 2, 2)


class Normed(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.norm, self.head = nn.Linear(6, 5), nn.BatchNorm1d(5), nn.Linear(5, 3)

    def forward(self, x):
        return self.head(self.norm(self.body(x)).tanh())


@pytest.fixture
def backend():
    return Backend(Normed().double().eval().requires_grad_(False))


@pytest.fixture
def data():
    rng = torch.Generator().manual_seed(2)
    return torch.randn(20, 6, generator=rng).double(), torch.randint(0, 3, (20,), generator=rng)


def begun(optimiser, backend):
    found = beginning(optimiser, backend, "pytorch", 0)
    return replace(found, weights=found.weights.double(), velocity=found.velocity.double(),
                   buffers={n: v.double() if v.is_floating_point() else v for n, v in found.buffers.items()})  # fmt: skip


def last(optimiser, backend, data, **more):
    return [*train_epochs(optimiser, backend, begun(optimiser, backend), *data, SCHEDULE, 0, **more)][-1]


def test_it_is_pytorchs_sgd_with_its_cosine_schedule(backend, data):
    network = Normed().double().train()
    params, _ = split_state(backend.network, initial_state(backend.network, "pytorch", 0))
    network.load_state_dict(params, strict=False)
    optimiser = torch.optim.SGD(network.parameters(), 0.1, momentum=0.9, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, 9)
    batches = []
    found = last(SGD(), backend, data, watch=lambda step, loss, *_: batches.append((loss.inputs, loss.labels)))
    for inputs, labels in batches:
        optimiser.zero_grad()
        cross_entropy(network(inputs), labels).backward()
        optimiser.step()
        schedule.step()
    expected = torch.cat([p.detach().flatten() for p in network.parameters()])
    assert len(batches) == 9 and [len(labels) for _, labels in batches[:3]] == [8, 8, 4]
    assert torch.allclose(found.weights, expected, atol=1e-10)
    assert torch.allclose(found.buffers["norm.running_mean"], network.norm.running_mean, atol=1e-12)


def test_a_broken_training_goes_on_to_the_same_bits(backend, data):
    whole = last(XSIGNFREE, backend, data)
    first = next(train_epochs(XSIGNFREE, backend, begun(XSIGNFREE, backend), *data, SCHEDULE, 0))
    rest = [*train_epochs(XSIGNFREE, backend, first, *data, SCHEDULE, 0)][-1]
    assert torch.equal(whole.weights, rest.weights) and whole.evaluations == rest.evaluations


def test_only_the_first_gradient_moves_the_running_statistics(backend, data):
    vectors, begin = Vectors(backend.network), begun(SGD(), backend)
    seen = []
    for optimiser in (SGD(), SAM(5.0), XSIGNFREE):
        buffers = {name: value.clone() for name, value in begin.buffers.items()}
        loss = BatchLoss(backend, vectors, *data, buffers)
        optimiser.direction(loss, begin.weights, optimiser.start(len(begin.weights), 0))
        seen.append(buffers)
    assert all(torch.equal(seen[0][name], other[name]) for other in seen[1:] for name in seen[0])
    assert int(seen[0]["norm.num_batches_tracked"]) == 1


def test_the_hessian_is_that_of_train_mode(backend, data):
    vectors, begin = Vectors(backend.network), begun(SGD(), backend)
    loss = BatchLoss(backend, vectors, *data, {name: value.clone() for name, value in begin.buffers.items()})
    v = torch.randn(vectors.size, generator=torch.Generator().manual_seed(3)).double()
    h = 1e-5
    slope = (loss.gradient(begin.weights + h * v) - loss.gradient(begin.weights - h * v)) / (2 * h)
    assert torch.allclose(loss.hessian(begin.weights)(v), slope, atol=1e-7)


def test_what_it_costs(backend, data):
    # Three steps an epoch, nine in all; X-SAM's v at steps 0, 2, 4, 6, 8: a graph and two products each.
    costs = [last(optimiser, backend, data).evaluations for optimiser in (SGD(), SAM(0.1), XSIGNFREE)]
    assert costs == [9, 18, 18 + 5 * 5]


def test_a_diverged_training_ends_early(backend, data):
    wild = replace(SCHEDULE, learning_rate=1e200)
    found = [*train_epochs(SGD(), backend, begun(SGD(), backend), *data, wild, 0)]
    assert len(found) == 1 and not found[0].finite
