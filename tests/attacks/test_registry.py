"""Attacks by name."""

import pytest

from flatgia.attacks import NOT_NUMBERS, load_attack
from flatgia.core.errors import FlatgiaError
from flatgia.settings.config import PAPER, load
from flatgia.settings.registry import ATTACKS as REGISTRY
from flatgia.settings.registry import WITH_GENERATOR, attack_class, needs_generator

ATTACKS = load(PAPER)["attacks"]


@pytest.mark.parametrize("name", ATTACKS)
def test_every_attack_of_the_paper_can_be_made_with_its_numbers(name):
    attack = load_attack(ATTACKS[name])
    assert all(getattr(attack, key) == value for key, value in ATTACKS[name].items() if key not in NOT_NUMBERS)
    assert needs_generator(ATTACKS[name]) == (ATTACKS[name]["kind"] in {"gias", "gifd"})
    assert set(REGISTRY) >= WITH_GENERATOR


def test_mistakes_are_told():
    with pytest.raises(FlatgiaError, match="attack dlg: unknown; known: idlg, gi, ig"):
        load_attack({"kind": "dlg", "label": "x"})
    with pytest.raises(FlatgiaError, match="attack Mine: .*tv"):
        load_attack({"kind": "ig", "label": "Mine", "steps": 3})


def test_an_attack_from_outside_says_itself_whether_it_searches_a_generator():
    assert attack_class("outside:Attack") == "outside:Attack"
    assert needs_generator({"kind": "outside:Attack", "uses_generator": True})
    assert not needs_generator({"kind": "outside:Attack"})
