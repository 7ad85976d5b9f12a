"""Mistakes end before anything is computed."""

import pytest

from flatgia.core.errors import FlatgiaError
from studies import bounds


def test_every_checkpoint_needs_a_name():
    words = ["--method", "fedavg", "--checkpoint", "a", "b", "--data", "c", "--out", "d.json"]
    with pytest.raises(FlatgiaError, match="--out: 1 names for 2 checkpoints; pair them"):
        bounds.main(words)
