"""Values from the command line."""

import pytest
from snakemake.cli import parse_config

from flatgia.core.errors import FlatgiaError
from flatgia.settings import config
from flatgia.settings.words import understood

PAPER = config.load(config.PAPER)


def given(*words):
    """The configuration that `--config` with these words makes of the paper's."""
    said = parse_config(words)
    return understood(config.overlay(PAPER, said), said)


@pytest.mark.parametrize(
    ("word", "place", "value"),
    [
        ("seeds=[0,1]", ("seeds",), [0, 1]),
        ("seeds=[3]", ("seeds",), [3]),
        ("compute={device: auto, threads: 2}", ("compute", "threads"), 2),
        ("compute={device: auto}", ("compute", "device"), "auto"),
        ("federation={learning_rate: 0.5}", ("federation", "learning_rate"), 0.5),
        ("federation={learning_rate: 1e-3}", ("federation", "learning_rate"), 0.001),
        ("attacks={ig: {tv: [1e-3, 2.5E-4], steps: [2, 1]}}", ("attacks", "ig", "tv"), [0.001, 0.00025]),
        ("methods={fedsam: {label: 1e5}}", ("methods", "fedsam", "label"), "1e5"),
        ("attacks={ig_published: {signed: true, steps: 7}}", ("attacks", "ig_published", "signed"), True),
        ("attacks={ig: {tv: [0.1, 0], steps: [2, 1]}}", ("attacks", "ig", "tv"), [0.1, 0]),
        ("methods={fedsam: {rho: 0}}", ("methods", "fedsam", "rho"), 0),
        ("methods={fedsam: {label: 2024}}", ("methods", "fedsam", "label"), "2024"),
        ("data={folder: /my/data}", ("data", "folder"), "/my/data"),
        ("scale=mine", ("scale",), "mine"),
    ],
)
def test_what_can_mean_only_one_thing_is_taken(word, place, value):
    found = config.check(given(word))
    for key in place:
        found = found[key]
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize("word", ["data={folder: null}", "data={folder: ~}"])
def test_what_can_mean_two_things_belongs_in_a_file(word):
    with pytest.raises(
        FlatgiaError, match=r"config key data.folder: .* may be that word or YAML's value .*; give it in a file"
    ):
        given(word)


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("seeds=[a]", "config key seeds.0: 'a' is not of type 'integer'"),
        ("seeds=[0.5]", "config key seeds.0: 0.5 is not of type 'integer'"),
        ("compute={device: gpu}", "config key compute.device: 'gpu' is not one of"),
        ("scale=2024", "config key scale: 2024 is not of type 'string'"),
        ("sclae=x", "config key sclae: unknown"),
    ],
)
def test_a_mistake_is_one_as_in_a_file(word, words):
    with pytest.raises(FlatgiaError) as caught:
        config.check(given(word))
    assert words in str(caught.value)


def test_quotes_in_a_file_stay_a_mistake():
    quoted = config.overlay(PAPER, {"federation": {"clients": "10"}})
    assert understood(quoted, {}) == quoted
    with pytest.raises(FlatgiaError, match="whole number without quotes"):
        config.check(quoted)


def test_what_a_module_is_given_otherwise_is_left_alone():
    assert understood(PAPER, {"seeds": ["0", "1"], "mine": {"deep": "1"}}) == PAPER
