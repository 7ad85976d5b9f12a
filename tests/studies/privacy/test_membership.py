"""What one model tells of membership, against a count of all pairs."""

import math

import pytest
import torch

from flatgia.membership.signals import Signals, signals
from flatgia.studies.privacy.membership import leakage


def given(phi, modified=None):
    values = torch.tensor(phi, dtype=torch.float64)
    other = values if modified is None else torch.tensor(modified, dtype=torch.float64)
    return Signals(values, values, other, values > 0)


def test_auc_counts_pairs_with_ties_half():
    members, others = [3.0, 1.0, 2.0, 2.0], [2.0, 0.0, 5.0]
    pairs = [(a > b) + (a == b) / 2 for a in members for b in others]
    found = leakage(given(members), given(others))
    assert found["auc_loss"] == pytest.approx(sum(pairs) / 12)
    assert found["auc_entropy"] == pytest.approx(1 - sum(pairs) / 12)  # a member has less entropy
    assert leakage(given(members), given(members))["auc_loss"] == pytest.approx(0.5)


def test_no_more_others_pass_than_the_rate_allows():
    others = given([float(value) for value in range(1000)])
    found = leakage(given([1000.0, 995.5, 989.5, 5.0]), others)
    assert (found["tpr_0.01"], found["tpr_0.001"]) == (0.75, 0.25)


def test_the_loss_ranks_as_phi_does():
    logits = torch.randn(200, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    labels = torch.arange(200) % 5
    log_p = logits.log_softmax(1).gather(1, labels[:, None])[:, 0]
    assert torch.equal(signals(logits, labels).phi.argsort(), log_p.argsort())


def test_a_certain_model_has_finite_numbers():
    found = leakage(*(signals(torch.tensor([[200.0, 0.0], [0.0, 200.0]]), torch.tensor([0, 0])) for _ in range(2)))
    assert all(math.isfinite(value) for value in found.values())
