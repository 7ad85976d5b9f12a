"""How latents start and how they are kept plausible."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from flatgia.attacks.latents import keep_norm, need_generator, project_l1, random_noises, random_styles, silent_noises
from flatgia.core.errors import FlatgiaError


def nearest(offset, radius):
    """The nearest point of the l1 ball around 0, by bisection for the threshold."""
    if offset.abs().sum() <= radius:
        return offset

    def excess(t):
        return (offset.abs() - t).clamp(min=0).sum().item() - radius

    threshold = brentq(excess, 0, offset.abs().max().item(), xtol=1e-14)
    return offset.sign() * (offset.abs() - threshold).clamp(min=0)


CASES = given(st.integers(0, 999), st.floats(0.1, 30), st.integers(1, 12))


def draw(seed, length, rows=4):
    rng = torch.Generator().manual_seed(seed)
    return (torch.randn(rows, length, generator=rng, dtype=torch.float64) for _ in range(2))


@CASES
def test_projection_agrees_with_bisection(seed, radius, length):
    value, centre = draw(seed, length)
    found = project_l1(value, centre, radius)
    for row in range(4):
        expected = centre[row] + nearest(value[row] - centre[row], radius)
        assert torch.allclose(found[row], expected, atol=1e-9)


@CASES
def test_projection_ends_on_the_ball_stays_there_and_leaves_the_inside_alone(seed, radius, length):
    value, centre = draw(seed, length)
    found = project_l1(value, centre, radius)
    size, before = (found - centre).abs().sum(1), (value - centre).abs().sum(1)
    assert torch.allclose(size, before.clamp(max=radius))
    assert torch.equal(found[before <= radius], value[before <= radius])
    assert torch.allclose(project_l1(found, centre, radius), found, atol=1e-12)


@settings(max_examples=30)
@CASES
def test_no_other_point_of_the_ball_is_nearer(seed, radius, length):
    value, centre = draw(seed, length)
    found = project_l1(value, centre, radius)
    rng = torch.Generator().manual_seed(seed + 1)
    other = torch.randn(4, length, generator=rng, dtype=torch.float64)
    other = centre + other * radius / other.abs().sum(1, keepdim=True).clamp(min=radius)
    assert ((found - value).norm(dim=1) <= (other - value).norm(dim=1) + 1e-9).all()


def test_projection_keeps_the_shape_and_treats_candidates_apart():
    centre = torch.zeros(3, 2, 2, 2)
    value = torch.stack([torch.full((2, 2, 2), v) for v in (0.1, 1.0, -3.0)])
    found = project_l1(value, centre, 4.0)
    assert found.shape == value.shape
    assert [found[i].unique().tolist() for i in range(3)] == [[pytest.approx(0.1)], [0.5], [-0.5]]


@given(st.integers(0, 99), st.sampled_from([1, 2]))
def test_the_norm_is_kept_and_the_direction_too(seed, dims):
    rng = torch.Generator().manual_seed(seed)
    value, start = (torch.randn(3, 2, 4, 5, generator=rng, dtype=torch.float64) for _ in range(2))
    found, axes = keep_norm(value, start, dims), tuple(range(-dims, 0))
    assert torch.allclose(found.square().sum(axes), start.square().sum(axes))
    assert torch.allclose(found / found.norm(dim=axes, keepdim=True), value / value.norm(dim=axes, keepdim=True))


def test_a_value_of_zero_stays_finite():
    assert keep_norm(torch.zeros(1, 3), torch.ones(1, 3), 1).tolist() == [[0, 0, 0]]


def test_starts(in_range):
    view, _ = in_range
    styles = random_styles(view, 3)
    assert styles.shape == (6, 1, 8, 8) and torch.equal(styles[..., 0, :], styles[..., 7, :])
    assert not torch.equal(styles[0], styles[1])
    noises, silent = random_noises(view, 3), silent_noises(view, 6)
    assert [n.shape for n in noises] == [s.shape for s in silent] and noises[6].shape == (6, 1, 1, 32, 32)
    assert noises[6].std().item() == pytest.approx(1, abs=0.1) and all(s.abs().max() == 0 for s in silent)
    need_generator(view)


def test_without_a_generator_there_is_one_sentence(easy):
    with pytest.raises(FlatgiaError, match="none was given; give --generator"):
        need_generator(easy[0])
