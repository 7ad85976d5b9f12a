"""What is said under the figures."""

import json

import pytest

import notes
from flatgia import config
from flatgia.artifacts import Record, load_json, save_tensors


@pytest.fixture
def say(tmp_path):
    def call(settings, stand_in=None):
        words = ["--config", json.dumps(settings), "--out", str(tmp_path / "notes.json")]
        if stand_in is not None:
            save_tensors(tmp_path / "aux", {}, {"stand_in": stand_in}, Record("auxiliary", {}))
            words += ["--auxiliary", str(tmp_path / "aux")]
        notes.main(words)
        return load_json(tmp_path / "notes.json")

    return call


def test_at_the_papers_scale_nothing_is_to_be_said(say):
    assert say(config.load(config.PAPER)) == {"scale": "paper", "lines": [], "marks": {}}


def test_another_scale_and_other_data_are_named(say, tiny):
    found = say(tiny, stand_in=False)
    assert found["scale"] == "tiny" and found["marks"] == {}
    assert found["lines"][0].startswith("Scale tiny, not the paper's protocol")
    for words in ("2 rounds (1,000)", "40 images a client (5,000)", "1 local epochs (5)", "4 targets (10)"):
        assert words in found["lines"][0]
    assert found["lines"][1] == "Data: synthetic, not CIFAR-10."


def test_a_stand_in_is_marked(say):
    found = say(config.load(config.PAPER), stand_in=True)
    assert found["marks"] == {"fedsai": "†"} and found["lines"][0].startswith("† FedSAI")


def test_the_sections_the_workflow_gives_are_enough(say):
    settings = config.load(config.PAPER)
    text = config.prune(settings, ["data", "federation", "methods", "rounds", "scale", "targets"])
    assert say(json.loads(text))["scale"] == "paper"
