"""Attacks by name."""

import pytest

from flatgia.attacks import load_attack
from flatgia.core.errors import FlatgiaError
from flatgia.settings.config import PAPER, load
from flatgia.settings.registry import ATTACKS as REGISTRY
from flatgia.settings.registry import WITH_GENERATOR, attack_class, needs_generator
from flatgia.settings.sections import AttackEntry
from flatgia.settings.settings import Settings

ATTACKS = load(PAPER)["attacks"]


@pytest.mark.parametrize("name", ATTACKS)
def test_every_attack_of_the_paper_can_be_made_with_its_numbers(name):
    entry = Settings({"attacks": ATTACKS}).attacks[name]
    attack = load_attack(entry)
    assert entry.numbers and entry.numbers.keys() <= ATTACKS[name].keys() - {"kind", "label", "paper", "preset"}
    for key, value in entry.numbers.items():
        assert getattr(attack, key) == (tuple(value) if isinstance(value, list) else value)
    assert needs_generator(ATTACKS[name]) == (entry.kind in {"gias", "gifd"})
    assert set(REGISTRY) >= WITH_GENERATOR


def test_mistakes_are_told():
    with pytest.raises(FlatgiaError, match="attack dlg: unknown; known: idlg, gi, ig"):
        load_attack(AttackEntry("dlg", "x", {}))
    with pytest.raises(FlatgiaError, match="attack Mine: .*tv"):
        load_attack(AttackEntry("ig", "Mine", {"steps": 3}))


def test_an_attack_from_outside_says_itself_whether_it_searches_a_generator():
    assert attack_class("outside:Attack") == "outside:Attack"
    assert needs_generator({"kind": "outside:Attack", "uses_generator": True})
    assert not needs_generator({"kind": "outside:Attack"})
