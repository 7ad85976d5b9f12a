"""What is measured, against what is known."""

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from flatgia.gradients.backend import Backend
from flatgia.studies.xsam.probe import look
from flatgia.studies.xsam.run import best
from flatgia.studies.xsam.whole import lambda_max, perturbed_loss, whole_product
from flatgia.training.vector import Vectors


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(4, 3), nn.Linear(3, 3)

    def forward(self, x):
        return self.head(self.body(x).tanh())


@pytest.fixture
def case():
    network = Small().double().eval().requires_grad_(False)
    rng = torch.Generator().manual_seed(0)
    size = Vectors(network).size
    weights = torch.randn(size, generator=rng, dtype=torch.float64)
    images = torch.randn(9, 4, generator=rng).double(), torch.randint(0, 3, (9,), generator=rng)
    return Backend(network), weights, images


def loss_of(backend, images):
    vectors = Vectors(backend.network)
    return lambda w: cross_entropy(torch.func.functional_call(backend.network, vectors.params(w), images[0]), images[1])


def test_the_largest_eigenvalue_and_the_product(case, monkeypatch):
    backend, weights, images = case
    monkeypatch.setattr("flatgia.studies.xsam.whole.BLOCK", 4)  # blocks of 4, 4 and 1
    monkeypatch.setattr("flatgia.studies.xsam.whole.CONVERGED", 1e-8)
    hessian = torch.func.hessian(loss_of(backend, images))(weights)
    v = torch.randn(len(weights), generator=torch.Generator().manual_seed(1)).double()
    assert torch.allclose(whole_product(backend, weights, {}, images)(v), hessian @ v, atol=1e-12)
    found = lambda_max(backend, weights, {}, images, v)
    assert found == pytest.approx(torch.linalg.eigvalsh(hessian)[-1].item(), rel=1e-9)


def test_the_perturbed_loss(case, monkeypatch):
    backend, weights, images = case
    monkeypatch.setattr("flatgia.studies.xsam.whole.BLOCK", 4)
    loss = loss_of(backend, images)
    gradient = torch.func.grad(loss)(weights)
    expected = loss(weights + 0.3 * gradient / gradient.norm()).item()
    assert perturbed_loss(backend, weights, {}, images, 0.3) == pytest.approx(expected, rel=1e-9)


class Cubic:
    """(lambda(w) w_0^2 + w_1^2) / 2 with lambda = 4 + w_0: along e_0 the curvature is 4 + 3 w_0."""

    def gradient(self, w):
        return torch.stack([4 * w[0] + 1.5 * w[0] ** 2, w[1]])

    def hessian(self, w):
        return lambda v: torch.stack([(4 + 3 * w[0]) * v[0], v[1]])


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_a_look_at_a_known_loss(side):
    w = torch.tensor([1.0, 1.0]).double()
    start = torch.tensor([side, 0.3]).double()
    rows, v = look(Cubic(), w, start, torch.tensor([0.0, 1.0]).double(), 0.01, 2)
    seen = dict(rows)
    assert torch.allclose(v, torch.tensor([side, 0.0]).double(), atol=1e-9)
    assert seen["curvature"] == pytest.approx(7.0) and seen["own"] == pytest.approx(1 / 7)
    assert seen["rise"] == pytest.approx(side * 3 / 7, rel=1e-6)
    g = Cubic().gradient(w)
    assert seen["plain_cosine"] == pytest.approx(side * float(g[0] / g.norm()), rel=1e-9)
    ga = Cubic().gradient(w + 0.01 * g / g.norm())
    assert seen["effect"] == pytest.approx(-3 * float(ga[0] - g[0]) / 7, rel=1e-6)


def test_the_best_rate():
    tried = [{"rate": rate, "accuracy": accuracy} for rate, accuracy in ((0.1, 0.5), (0.03, 0.5), (0.3, None))]
    assert best(tried) == 0.03
    assert (
        best([{"rate": rate, "accuracy": None} for rate in (0.3, 0.1)]) == 0.1
    )  # all diverged: what the table then says
