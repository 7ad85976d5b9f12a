"""LiRA and RMIA, image by image in plain loops."""

import numpy as np
import pytest
from scipy.stats import norm

from flatgia.core.errors import FlatgiaError
from flatgia.membership.lira import lira
from flatgia.membership.rmia import rmia
from flatgia.membership.shadows import leave_one_out, masked_deviation, masked_median
from flatgia.membership.splits import halves

MODELS, IMAGES = 9, 30


@pytest.fixture
def pool():
    random = np.random.default_rng(0)
    members = halves(MODELS + 1, IMAGES, 0)[:MODELS]
    phi = random.normal(size=(MODELS, IMAGES)) * (1 + np.arange(IMAGES) / 10) + 2 * members
    return phi, members, random.normal(size=(MODELS, 11))


@pytest.mark.parametrize("variance", ["each", "fixed"])
def test_lira_is_two_normal_distributions_an_image(pool, variance):
    phi, members, _ = pool
    target, shadows, inside = phi[0], phi[1:], members[1:]
    found = lira(target, shadows, inside, variance)
    everything = shadows[inside].std()
    for image in range(IMAGES):
        value = 0.0
        for sign, side in ((1, inside[:, image]), (-1, ~inside[:, image])):
            sample = shadows[side, image]
            spread = everything if variance == "fixed" else sample.std() + 1e-30
            value += sign * norm(np.median(sample), spread).logpdf(target[image])
        assert found[image] == pytest.approx(value, rel=1e-12)


def test_rmia_counts_the_population_that_is_less_sure(pool):
    phi, members, seen = pool
    a, gamma = 0.3, 1.2
    found = rmia(phi[0], phi[1:], members[1:], (seen[0], seen[1:]), a, gamma)

    def ratio(target, outside):
        return (1 / (1 + np.exp(-target))) / (((1 + a) * np.mean(1 / (1 + np.exp(-outside))) + 1 - a) / 2)

    population = [ratio(seen[0, z], seen[1:, z]) for z in range(11)]
    for image in range(IMAGES):
        own = ratio(phi[0, image], phi[1:, image][~members[1:, image]])
        assert found[image] == pytest.approx(np.mean([own / z > gamma for z in population]))


def test_masked_statistics_are_those_of_what_is_marked(pool):
    phi, members, _ = pool
    for image in range(IMAGES):
        marked = phi[members[:, image], image]
        assert masked_median(phi, members)[image] == pytest.approx(np.median(marked))
        assert masked_deviation(phi, members)[image] == pytest.approx(np.std(marked))


def test_a_target_is_none_of_its_shadows():
    seen = leave_one_out(lambda others, target: np.append(others, target), 3)
    assert seen.tolist() == [[0, 1, 1, 0], [1, 0, 1, 1], [1, 1, 0, 2]]


def test_too_few_shadows_are_refused(pool):
    phi, members, _ = pool
    with pytest.raises(FlatgiaError, match="fewer than 2 of the 2 shadow models"):
        lira(phi[0], phi[1:3], members[1:3], "each")
    with pytest.raises(FlatgiaError, match="fewer than 1 of the 1 shadow models"):
        lira(phi[0], phi[1:2], members[1:2], "fixed")


def test_halves_are_balanced_and_grow():
    few, many = halves(4, 101, 3), halves(8, 101, 3)
    assert (many[:4] == few).all() and (many.sum(0) == 4).all()
    assert (many[::2] ^ many[1::2]).all() and set(many.sum(1)) == {50, 51}
    assert not (many[0] == many[2]).all() and not (few == halves(4, 101, 4)).all()
