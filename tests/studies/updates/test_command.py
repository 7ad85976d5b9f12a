"""Mistakes on the command line and in the config end in one sentence before anything is computed."""

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.settings.config import PAPER, load
from flatgia.studies.updates import checks, rounds_of
from studies.updates import main

GIVEN = ["--attack", "ig_updates", "--method", "fedavg", "--checkpoint", "a", "--data", "b", "--out", "c.csv"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--case", "n4_b2"], "--case: n4_b2 is no case"),
        (["--case", "n0_b0_k1"], "--case: n0_b0_k1 is no case"),
        (["--case", "n4_b8_k1"], "--case: batches of 8 out of 4 images"),
        (["--case", "n4_b2_k1"], "--case: 1 steps of 2 leave some of 4 images unused"),
        (["--case", "n1_b1_k1", "--images", "0"], "--images: less than one"),
        (["--case", "n1_b1_k1", "--attack", "gifd"], "--attack: gifd searches in the generator"),
        (["--case", "n1_b1_k1"], "metric lpips: needs the VGG16 weights"),
    ],
)
def test_a_mistake_is_named(given, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FlatgiaError) as found:
        main([*GIVEN, *given])
    assert str(found.value).startswith(said)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"cases": [[4, 2, 1]]}, "studies.updates.cases.0"),
        ({"rounds": [3]}, "studies.updates.rounds"),
        ({"attacks": ["gifd"]}, "studies.updates.attacks"),
    ],
)
def test_a_section_that_cannot_be_is_named(change, where):
    config = load(PAPER)
    assert not list(checks(config))
    config["studies"]["updates"] |= change
    assert [mistake[0] for mistake in checks(config)] == [where]


def test_rounds_that_are_not_trained_to_are_left_out():
    config = load(PAPER)
    config["studies"]["updates"]["rounds"] = [0, 7, 100]
    assert rounds_of(config) == [0, 100]
