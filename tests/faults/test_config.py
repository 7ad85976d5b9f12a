"""Configurations that nobody means: each is refused in one sentence, or can be planned."""

import copy
import json
import random
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from flatgia.core.errors import FlatgiaError
from flatgia.settings import config
from flatgia.settings import jobs as job_config

from ..test_config_mistakes import PAPER, VALUES, places
from ..workflow.conftest import checkout, run

PLACES = places(PAPER)
# Near what is there, and so more often valid than what is drawn from nowhere.
NEAR = st.sampled_from([
    lambda value: value * 2 if isinstance(value, int | float | str | list) else value,
    lambda value: -value if isinstance(value, int | float) else value,
    lambda value: value / 2 if isinstance(value, int | float) else value,
    lambda value: value[::-1] if isinstance(value, list | str) else value,
    lambda value: value[1:] if isinstance(value, list | str) else value,
    lambda value: [value],
    str,
    lambda value: dict(reversed(value.items())) if isinstance(value, dict) else value,
])  # fmt: skip


def changed(place: tuple, change, base: dict) -> dict:
    """`base` with what lies at a place replaced by what `change` makes of it."""
    mutated = copy.deepcopy(base)
    holder = mutated
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = change(holder[place[-1]])
    return mutated


def judged(mutated: object) -> dict | None:
    """The configuration if it is accepted, None if it is refused in one sentence; anything else is an error."""
    try:
        found = config.check(mutated)
    except FlatgiaError as error:
        assert len(str(error).splitlines()) == 1 and str(error).endswith(".")
        return None
    json.loads(job_config.prune(found, found))  # the workflow can hand on what is valid
    return found


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(PLACES), NEAR | VALUES.map(lambda value: lambda _: value)), max_size=4))
def test_several_changes_at_once(changes):
    mutated = PAPER
    for place, change in changes:
        try:
            mutated = changed(place, change, mutated)
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # an earlier change took the place away
    judged(mutated)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from([*PAPER, "other"]) | st.text(max_size=5), VALUES, max_size=6))
def test_any_mapping_laid_over_the_papers(changes):
    judged(config.overlay(PAPER, changes))


HOSTILE = {
    "code": "scale: !!python/object/apply:os.system [touch ran]",
    "words": "just words",
    "a loop": "a: &x [*x]",
    "keys that are no words": "{1: 2, null: 3}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_snakemake_without_a_traceback(tmp_path: Path, name: str) -> None:
    clone = checkout(tmp_path / "clone")
    (clone / "mine.yaml").write_text(HOSTILE[name])
    done = run(clone, "--dry-run", "--configfile", "mine.yaml", "--", "table1")
    said = done.stdout + done.stderr
    assert done.returncode == 1 and "Traceback" not in said and not (clone / "ran").exists()
    assert any(words in said for words in ("Config file is not", "Config file must be", "config key")), said[-2000:]


@pytest.mark.slow
def test_what_is_accepted_can_be_planned(tmp_path: Path) -> None:
    clone, dice, planned = checkout(tmp_path / "clone"), random.Random(0), 0
    near = NEAR.elements
    while planned < 12:
        mutated = PAPER
        for _ in range(3):
            try:
                mutated = changed(dice.choice(PLACES), dice.choice(near), mutated)
            except (KeyError, IndexError, TypeError, AttributeError):
                continue
        if mutated == PAPER or judged(mutated) is None:
            continue
        (clone / "mine.yaml").write_text(yaml.safe_dump(mutated | {"scale": "mine"}))
        done = run(clone, "--dry-run", "--quiet", "rules", "--configfile", "mine.yaml", "--", "table1", "fig3")
        assert "Traceback" not in done.stdout + done.stderr, (mutated, done.stderr[-3000:])
        planned += 1
