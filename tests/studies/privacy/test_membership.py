"""Scores and metrics of membership inference against their formulas, term by term."""

import math

import pytest
import torch

from flatgia.studies.privacy.membership import auc, leakage, member_scores, true_positives


def test_scores_are_those_of_the_formulas():
    logits = torch.tensor([[2.0, -1.0, 0.5], [0.0, 0.0, 0.0], [-3.0, 4.0, 1.0]], dtype=torch.float64)
    labels = torch.tensor([0, 1, 2])
    found = member_scores(logits, labels)
    for row, label, loss, entropy in zip(
        logits.tolist(), labels.tolist(), found["loss"], found["entropy"], strict=True
    ):
        total = sum(map(math.exp, row))
        p = [math.exp(value) / total for value in row]
        others = sum(p[i] * math.log(1 - p[i]) for i in range(3) if i != label)
        assert loss.item() == pytest.approx(math.log(p[label]))
        assert entropy.item() == pytest.approx((1 - p[label]) * math.log(p[label]) + others)


def test_a_certain_model_has_finite_scores():
    found = member_scores(torch.tensor([[200.0, 0.0], [0.0, 200.0]]), torch.tensor([0, 0]))
    assert all(score.isfinite().all() and score[0] > score[1] for score in found.values())


def test_auc_counts_pairs_with_ties_half():
    members, others = torch.tensor([3.0, 1.0, 2.0, 2.0]), torch.tensor([2.0, 0.0, 5.0])
    pairs = [(a > b) + (a == b) / 2 for a in members for b in others]
    assert auc(members, others) == pytest.approx(float(sum(pairs)) / 12)
    assert auc(members, members) == pytest.approx(0.5)


@pytest.mark.parametrize(("rate", "share"), [(0.0, 0.25), (0.25, 0.5), (0.5, 0.75), (1.0, 1.0)])
def test_no_more_others_pass_than_the_rate_allows(rate, share):
    members, others = torch.tensor([9.0, 5.0, 3.0, 1.0]), torch.tensor([8.0, 4.0, 2.0, 0.0])
    assert true_positives(members, others, rate) == share


def test_leakage_names_every_number():
    scores = member_scores(torch.randn(50, 4, generator=torch.Generator().manual_seed(0)), torch.arange(50) % 4)
    assert set(leakage(scores, scores)) == {"auc_loss", "auc_entropy", "tpr_0.01", "tpr_0.001"}
