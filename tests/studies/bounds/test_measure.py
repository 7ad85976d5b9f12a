"""What is measured at a model, against dense matrices."""

import pytest
import torch
from torch import nn
from torch.func import functional_call, hessian, jacrev

from flatgia.core.errors import FlatgiaError
from flatgia.curvature.surrogate import log_det
from flatgia.gradients.backend import Backend
from flatgia.networks.network import initial_params
from flatgia.studies.bounds import Bounds, fisher
from flatgia.studies.bounds.ascent import differentiable, rise
from flatgia.studies.bounds.fisher import rows
from flatgia.studies.bounds.frobenius import squared
from flatgia.studies.bounds.measure import measure, spread_of_directions

SECTION = Bounds(methods=("fedavg",), batches=(1, 4, 64), rho=0.2, ascent=30, steps=60, probes=4)
DAMPING = 1e-3


@pytest.fixture(scope="module")
def model():
    network = nn.Sequential(nn.Flatten(), nn.Linear(6, 4), nn.Sigmoid(), nn.Linear(4, 3)).requires_grad_(False)
    return network, {name: value.double() for name, value in initial_params(network, "dlg", 0).items()}


@pytest.fixture(scope="module")
def images():
    draw = torch.Generator().manual_seed(0)
    return torch.randn(8, 1, 2, 3, generator=draw, dtype=torch.float64), torch.arange(8) % 3


def pieces(network, state, flat):
    held = flat.split([value.numel() for value in state.values()])
    return {name: piece.view_as(state[name]) for name, piece in zip(state, held, strict=True)}


@pytest.fixture(scope="module")
def dense(model, images):
    """H and the weights; the derivative of the logits and p of each image."""
    network, state = model
    inputs, labels = images
    start = torch.cat([value.flatten() for value in state.values()])

    def outputs(flat):
        return functional_call(network, pieces(network, state, flat), (inputs,))

    def loss(flat):
        return nn.functional.cross_entropy(outputs(flat), labels)

    return loss, start, hessian(loss)(start), jacrev(outputs)(start), outputs(start).softmax(1)


@pytest.fixture(scope="module")
def found(model, images):
    network, state = model
    return measure(Backend(network), state, *images, SECTION, 3, DAMPING, 4, 0)


def test_the_rows_are_those_of_gauss_newton_and_of_the_images(model, images, dense):
    network, state = model
    made = rows(network, state, *images)
    _, _, _, jacobian, p = dense
    middle = torch.diag_embed(p) - p[:, :, None] * p[:, None]
    torch.testing.assert_close(
        made.fisher.T @ made.fisher, torch.einsum("icd,ice,ief->df", jacobian, middle, jacobian) / 8
    )
    onehot = nn.functional.one_hot(images[1], 3)
    torch.testing.assert_close(made.gradients, torch.einsum("ic,icd->id", p - onehot, jacobian))


def test_distances_and_surrogates_are_those_of_the_matrices(model, images, dense, found):
    network, state = model
    made = rows(network, state, *images)
    whole, fisher_matrix = dense[2], made.fisher.T @ made.fisher
    mean = made.gradients.mean(0)
    matrices = {
        "fisher": fisher_matrix,
        "empirical": made.gradients.T @ made.gradients / 8,
        "covariance": (made.gradients - mean).T @ (made.gradients - mean) / 8,
    }
    for name, matrix in matrices.items():
        values = torch.linalg.eigvalsh(matrix)
        assert found[f"{name}_distance"] == pytest.approx(float((whole - matrix).norm() / whole.norm()), rel=1e-3)
        cosine = float((whole * matrix).sum() / whole.norm() / matrix.norm())
        assert found[f"{name}_cosine"] == pytest.approx(cosine, abs=1e-3)
        assert found[f"{name}_log_det"] == pytest.approx(float(log_det(values, torch.ones_like(values), DAMPING)))
        assert found[f"{name}_rank"] == torch.linalg.matrix_rank(matrix, hermitian=True, rtol=1e-11)
        assert found[f"{name}_lambda_max"] == pytest.approx(float(values[-1]))
    ends = torch.linalg.eigvalsh(whole)[[0, -1]].tolist()
    assert [found["lambda_min"], found["lambda_max"]] == pytest.approx(ends, rel=1e-3)


def test_the_covariance_within_a_batch_has_a_rank_below_its_size(found):
    assert [found[f"rank_{batch}"] for batch in SECTION.batches] == [0, 3, 7]


def test_the_rise_is_the_most_that_a_search_finds(dense, found):
    loss, start, *_ = dense
    draw = torch.Generator().manual_seed(1)
    tried = torch.randn(2000, len(start), generator=draw, dtype=torch.float64)
    best = max(float(loss(start + 0.2 * one / one.norm()) - loss(start)) for one in tried)
    assert found["rise"] >= found["rise_step"] >= best > 0


def test_on_a_quadratic_the_ascent_ends_at_the_largest_value():
    matrix = torch.diag(torch.tensor([1.0, 3.0, -2.0], dtype=torch.float64))
    loss_at = differentiable(lambda x: 0.5 * x @ matrix @ x)
    start = torch.tensor([0.01, 0.002, 0.0], dtype=torch.float64)
    found = rise(loss_at, start, 1.0, 60, [])
    angles = torch.linspace(0, 2 * torch.pi, 20001, dtype=torch.float64)
    circle = start + torch.stack([angles.cos(), angles.sin(), 0 * angles], 1)
    most = 0.5 * ((circle @ matrix) * circle).sum(1).max() - 0.5 * start @ matrix @ start
    assert found.most == pytest.approx(float(most), rel=1e-6) and found.step < found.most


def test_what_lanczos_does_not_find_is_estimated():
    draw = torch.Generator().manual_seed(2)
    matrix = torch.randn(60, 60, generator=draw, dtype=torch.float64)
    matrix = matrix + matrix.T
    found = squared(lambda v: matrix @ v, 60, 12, 400, 0, "test")
    assert found.value == pytest.approx(float(matrix.square().sum()), abs=4 * found.error) and found.error > 0


def test_images_without_spread_have_none_and_batches_of_one_have_most(images):
    draw = torch.randn(6, 5, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    assert spread_of_directions(draw[:1].expand(6, 5).contiguous(), 4, 0) == pytest.approx(0, abs=1e-12)
    mean = draw.mean(0) / draw.mean(0).norm()
    exact = (draw / draw.norm(dim=1, keepdim=True) - mean).square().sum(1).mean()
    assert spread_of_directions(draw, 1, 0) == pytest.approx(float(exact), rel=0.1)
    assert spread_of_directions(draw, 64, 0) < spread_of_directions(draw, 1, 0)


def test_a_network_that_is_too_large_is_refused(model, images, monkeypatch):
    monkeypatch.setattr(fisher, "MEMORY", 100)
    with pytest.raises(FlatgiaError, match="hessian.images: the Fisher matrix of 43 parameters and 8 images needs"):
        rows(*model, *images)
