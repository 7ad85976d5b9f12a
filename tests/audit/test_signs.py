"""What the signs of the head's gradient say."""

import re

import pytest
import torch

from flatgia.attacks.labels import Evidence
from flatgia.audit.signs import looks_like_an_update, notes_on_labels, notes_on_signs


def evidence(values, rank=0):
    return Evidence(torch.tensor([values]), torch.full((len(values),), 1 / len(values)), rank)


CASES = {
    "one image": ([0.2, -0.7, 0.3, 0.2], 0, 1, None),
    "one image and rounding": ([0.2, -0.7, 0.5, -1e-8], 0, 1, None),
    "a batch, not said": ([0.2, -0.4, 0.4, -0.2], 0, 1, "2 classes .*one image has one: .*--batch 2"),
    "a batch, said": ([0.2, -0.4, 0.4, -0.2], 0, 2, None),
    "a larger batch": ([-0.1, -0.4, -0.2, 0.7, 0.0], 0, 2, "looks like an update|3 classes .*2 images have at most 2"),
    "an update": ([-0.2, 0.7, -0.3, -0.2], 0, 1, "one class alone has a positive gradient.*--update"),
    "as many images as classes but one": ([-0.2, 0.7, -0.3, -0.2], 0, 3, None),
    "a rank": ([0.2, -0.7, 0.3, 0.2], 3, 1, "rank 3, .*--batch 3"),
    "two classes": ([0.5, -0.5], 0, 1, None),
}


@pytest.mark.parametrize("name", CASES)
def test_the_signs_are_read(name):
    values, rank, batch, words = CASES[name]
    notes = notes_on_signs(evidence(values, rank), batch)
    assert len(notes) == (words is not None)
    assert words is None or re.search(words, notes[0])


def test_a_label_that_the_gradient_contradicts_is_told():
    assert "class 1 under cross-entropy, and --label says 3" in notes_on_labels(evidence([0.2, -0.7, 0.3, 0.2]), [3])[0]
    assert notes_on_labels(evidence([0.2, -0.7, 0.3, 0.2]), [1]) == []
    assert notes_on_labels(evidence([0.2, -0.4, 0.4, -0.2]), [3]) == []  # of a batch, say: nothing is sure
    assert notes_on_labels(evidence([0.2, -0.7, 0.3, 0.2]), None) == notes_on_labels(None, [3]) == []


def test_nothing_is_said_of_nothing():
    assert notes_on_signs(None, 1) == [] and not looks_like_an_update(None)
