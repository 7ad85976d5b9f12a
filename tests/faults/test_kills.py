"""A kill at a random moment of each stage; `python -m tests.faults.kills` makes many more."""

import random
from pathlib import Path

import pytest

from .kills import STAGES, trial, undisturbed


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing disturbs."""
    return undisturbed(tmp_path_factory.mktemp("whole") / "clone")


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES)
def test_nothing_whole_is_lost_and_every_byte_is_the_same(whole: Path, tmp_path: Path, stage: str) -> None:
    found = trial(whole, tmp_path / "clone", stage, random.Random(stage))
    assert found.good, found
