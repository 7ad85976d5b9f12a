"""Each optimiser by its formula, on a quadratic whose eigenpairs are known."""

import pytest
import torch

from flatgia.training import load_optimiser
from flatgia.training.asam import ASAM
from flatgia.training.eigensam import EigenSAM, turned_ascent
from flatgia.training.sam import SAM, ascent
from flatgia.training.sgd import SGD
from flatgia.training.xsam import XSAM, corrected

VALUES = [9.0, 4.0, 1.0, -2.0, 0.5]
FIND = {"by": "power", "every": 5, "iterations": 60}
RULES = ["official", "signfree", "paper"]


def test_sgd_is_the_gradient(quadratic, random):
    loss, w = quadratic(VALUES), random(5, 1)
    assert torch.equal(SGD().direction(loss, w, {})[0], loss.matrix @ w) and len(loss.points) == 1


def test_sam_is_the_gradient_at_the_edge_of_the_ball(quadratic, random):
    loss, w = quadratic(VALUES), random(5, 1)
    g = loss.matrix @ w
    found, _ = SAM(0.3).direction(loss, w, {})
    assert torch.allclose(found, g + 0.3 * loss.matrix @ g / g.norm(), rtol=1e-10)
    assert (loss.points[1] - w).norm().item() == pytest.approx(0.3, rel=1e-9)
    assert torch.equal(SAM(0.0).direction(loss, w, {})[0], g)


def test_asam_leaves_biases_unscaled_and_keeps_the_scaled_length(quadratic, random):
    loss, w = quadratic(VALUES), random(5, 1)
    loss.weight_entries = torch.tensor([True, True, True, False, False])
    ASAM(0.3, 0.01).direction(loss, w, {})
    scale = torch.where(loss.weight_entries, w.abs() + 0.01, 1.0)
    delta, g = loss.points[1] - w, loss.matrix @ w
    assert (delta / scale).norm().item() == pytest.approx(0.3, rel=1e-9)
    assert torch.allclose(delta / delta.norm(), scale**2 * g / (scale**2 * g).norm())


def test_the_turned_ascent_by_hand():
    # u = (1, 0), v = (0.6, 0.8): v - (v.u) u = (0, 0.8).
    g, v = torch.tensor([2.0, 0.0]).double(), torch.tensor([0.6, 0.8]).double()
    assert torch.allclose(turned_ascent(g, v, 0.1, 0.5), torch.tensor([0.1, 0.04]).double())
    assert torch.allclose(turned_ascent(g, -v, 0.1, 0.5), torch.tensor([0.1, 0.04]).double())
    assert torch.allclose(turned_ascent(g, v, 0.1, 0.0), ascent(g, 0.1))


def test_eigensam_follows_the_leading_eigenvector(quadratic, random):
    loss, w = quadratic(VALUES), random(5, 1)
    optimiser = EigenSAM(0.1, 0.2, **FIND)
    optimiser.direction(loss, w, optimiser.start(5, 0))
    expected = turned_ascent(loss.matrix @ w, loss.basis[:, 0], 0.1, 0.2)
    assert torch.allclose(loss.points[1] - w, expected, atol=1e-6)


@pytest.mark.parametrize("s", [0.6, -0.6])
def test_what_each_rule_leaves_of_the_component(s):
    # u = (s, 0.8) and ||g_a|| = 3: (1 - alpha) s, but official and paper turn on the sign of s.
    g, v = 3 * torch.tensor([s, 0.8]).double(), torch.tensor([1.0, 0.0]).double()
    left = {rule: corrected(g, v, 0.2, rule) for rule in RULES}
    assert left["signfree"][0].item() == pytest.approx(0.8 * s)
    assert left["official"][0].item() == pytest.approx(0.8 * s if s > 0 else 1.2 * s)
    assert left["paper"][0].item() == pytest.approx(s - 0.2 * 3 * abs(s))
    assert all(found[1].item() == pytest.approx(0.8) for found in left.values())


@pytest.mark.parametrize("rule", RULES)
def test_alpha_zero_is_normalised_sam(rule, quadratic, random):
    loss, w = quadratic(VALUES), random(5, 1)
    optimiser = XSAM(0.3, 0.0, rule, **FIND)
    found, _ = optimiser.direction(loss, w, optimiser.start(5, 0))
    sam, _ = SAM(0.3).direction(loss, w, {})
    assert torch.allclose(found, sam / sam.norm(), rtol=1e-10) and loss.products == 0


def test_only_signfree_is_blind_to_the_sign_of_the_vector(quadratic, random):
    w = random(5, 1)
    for rule in RULES:
        loss, found = quadratic(VALUES), []
        for sign in (1, -1):
            optimiser = XSAM(0.3, 0.5, rule, **FIND)
            memory = optimiser.start(5, 0)
            memory["v"] = sign * memory["v"]
            found.append(optimiser.direction(loss, w, memory)[0])
        assert torch.allclose(*found, atol=1e-9) == (rule == "signfree")


def test_the_component_along_the_known_eigenvector_shrinks(quadratic, random):
    loss, w = quadratic(VALUES), random(5, 1)
    optimiser = XSAM(0.3, 0.5, "signfree", **FIND)
    found, _ = optimiser.direction(loss, w, optimiser.start(5, 0))
    sam = SAM(0.3).direction(loss, w, {})[0]
    before, after = loss.basis.T @ (sam / sam.norm()), loss.basis.T @ found
    assert after[0].item() == pytest.approx(0.5 * before[0].item(), rel=1e-5)
    assert torch.allclose(after[1:], before[1:], atol=1e-5)


def test_by_name():
    assert load_optimiser("sam", {"rho": 0.1}, "here") == SAM(0.1)
