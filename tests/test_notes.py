"""What is said under the figures."""

import json

import pytest

import notes
from flatgia.core.artifacts import Provenance, load_json, save_tensors
from flatgia.settings import config
from flatgia.settings import jobs as job_config


@pytest.fixture
def say(tmp_path):
    def call(settings, stand_in=None):
        words = ["--config", json.dumps(settings), "--out", str(tmp_path / "notes.json")]
        if stand_in is not None:
            save_tensors(tmp_path / "aux", {}, {"stand_in": stand_in}, Provenance("auxiliary", {}))
            words += ["--auxiliary", str(tmp_path / "aux")]
        notes.main(words)
        return load_json(tmp_path / "notes.json")

    return call


def test_at_the_papers_scale_nothing_is_to_be_said(say):
    assert say(config.load(config.PAPER)) == {"scale": "paper", "lines": [], "marks": {}}


def test_another_scale_and_other_data_are_named(say, tiny):
    found = say(tiny, stand_in=False)
    assert found["scale"] == "tiny" and found["marks"] == {}
    assert found["lines"][0].startswith("Scale tiny, not the paper's protocol (its numbers in brackets): ")
    assert found["lines"][0].endswith("; other settings of attacks, generator and Hessian.")
    for words in ("2 rounds (1,000)", "40 images a client (5,000)", "1 local epochs (5)", "4 targets (10)"):
        assert words in found["lines"][0]
    assert found["lines"][1] == "Data: synthetic images, not CIFAR-10."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"targets": {"images": 20}}, " (its numbers in brackets): 20 targets (10)."),
        ({"methods": {"fedsam": {"rho": 0.3}}}, "."),
        ({"hessian": {"probes": 9}}, ": other settings of Hessian."),
        ({"attacks": {"ig_long": {"kind": "ig", "steps": 1}}}, "."),  # an entry more leaves the others as they are
        (
            {"attacks": {"ig": {"restarts": 5}}, "generator": {"latent": 8}, "hessian": {"images": 50}},
            ": other settings of attacks, generator and Hessian.",
        ),
    ],
)
def test_only_what_differs_is_named(changes, said):
    settings = config.overlay(config.load(config.PAPER), changes | {"scale": "mine"})
    assert list(notes.lines(settings, stand_in=False)) == [f"Scale mine, not the paper's protocol{said}"]


def test_a_stand_in_is_marked(say):
    found = say(config.load(config.PAPER), stand_in=True)
    assert found["marks"] == {"fedsai": "†"} and found["lines"][0].startswith("† FedSAI")


def test_the_sections_the_workflow_gives_are_enough(say):
    settings = config.load(config.PAPER)
    text = job_config.prune(settings, notes.READ)
    assert say(json.loads(text))["scale"] == "paper"
    text = job_config.prune(settings | {"scale": "mine"}, [*notes.READ, *notes.SECTIONS])
    assert say(json.loads(text))["lines"] == ["Scale mine, not the paper's protocol."]
