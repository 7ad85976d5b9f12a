"""Signals, against their formulas written out on probabilities."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from flatgia.membership.signals import signals


def written_out(logits, labels):
    p = logits.double().softmax(1)
    own = p.gather(1, labels[:, None])[:, 0]
    others = torch.ones_like(p, dtype=torch.bool).scatter(1, labels[:, None], False)
    modified = -(1 - own) * own.log() - (p * (1 - p).log() * others).sum(1)
    return (own / (1 - own)).log(), -(p * p.log()).sum(1), modified


@given(st.integers(2, 12), st.integers(0, 1000))
def test_they_are_what_the_papers_write(classes, seed):
    draw = torch.Generator().manual_seed(seed)
    logits = 2 * torch.randn(7, classes, generator=draw)
    labels = torch.randint(classes, (7,), generator=draw)
    found = signals(logits, labels)
    for mine, theirs in zip(found, written_out(logits, labels), strict=False):
        torch.testing.assert_close(mine, theirs, rtol=1e-9, atol=1e-12)
    assert found.correct.tolist() == (logits.argmax(1) == labels).tolist()


def test_they_go_on_where_probabilities_round_to_one():
    found = signals(torch.tensor([[300.0, 0.0], [400.0, 0.0], [0.0, 300.0]]), torch.tensor([0, 0, 0]))
    assert found.phi.tolist() == [300, 400, -300]
    assert all(value.isfinite().all() for value in found[:3])
    assert 0 <= found.modified[0] < 1e-200 and found.modified[2] > 299
