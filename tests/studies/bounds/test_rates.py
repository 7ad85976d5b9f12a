"""The rate's terms, and what its derivation gives."""

import pytest

from flatgia.studies.bounds.rates import Constants, counts, derived, share_of_determinant, terms

PAPER = Constants(
    rounds=1000, clients=10, local_steps=395, batch=64, parameters=15826, gap=2.3, smoothness=80.0, sigma_g=0.1, sigma_l=0.2,
    largest=70.0,
)  # fmt: skip


def test_steps_are_counted_with_the_last_short_batch():
    federation = {"local_epochs": 5, "images_per_client": 5000, "batch_size": 64, "clients": 10}
    assert counts({"federation": federation}, 1000) == {"rounds": 1000, "clients": 10, "local_steps": 395, "batch": 64}


def test_the_term_in_the_determinant_never_exceeds_the_one_before_it():
    """det(H) / L' is the largest eigenvalue, which L bounds: the term adds nothing that L does not."""
    found = terms(PAPER)
    assert found["determinant"] / found["smoothness"] == pytest.approx(70 / 80)
    assert terms(PAPER._replace(largest=80.0))["determinant"] == pytest.approx(found["smoothness"])
    assert 0 < share_of_determinant(PAPER) < 0.5


def test_the_sum_over_rounds_leaves_no_factor_of_one_over_r():
    """R rounds of Lemma 9's constant, over C K eta_g eta_l R."""
    eta_l = 1 / (PAPER.rounds**0.5 * PAPER.local_steps * PAPER.smoothness)
    eta_g = (PAPER.local_steps * PAPER.clients) ** 0.5
    lemma = ((PAPER.parameters - 1) + PAPER.largest / PAPER.smoothness) / (2 * PAPER.batch * PAPER.local_steps)
    summed = PAPER.rounds * lemma / (PAPER.local_steps * eta_g * eta_l * PAPER.rounds)
    assert derived(PAPER)["as_stated"] == pytest.approx(summed)
    exact = PAPER.smoothness / (2 * PAPER.batch) * PAPER.local_steps * eta_l**2 * eta_g**2
    exact *= (PAPER.parameters - 1) * PAPER.smoothness + PAPER.largest
    assert derived(PAPER)["mended"] == pytest.approx(exact / (PAPER.local_steps * eta_g * eta_l))
    longer = derived(PAPER._replace(rounds=4000))
    assert longer["as_stated"] > derived(PAPER)["as_stated"] and longer["mended"] < derived(PAPER)["mended"]
